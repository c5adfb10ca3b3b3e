// A patient's phone with a card in it that the hospital has activated, on a network that leads it astray.

import { join } from 'node:path';
import { inviteCard } from '@vitalseal/app-hospital';
import { activateCard, type Gateway, type GatewayOptions, openCard, startGateway } from '@vitalseal/app-patient';
import { decimal, type Identity, mdc, mdcUnit } from '@vitalseal/protocol';
import { Detour } from './detour.fixture.ts';
import type { Ward } from './ward.fixture.ts';

const pin = '4711';
const impatient = { firstMs: 10, mostMs: 20 };

export interface PhoneInHandOptions extends Omit<GatewayOptions, 'card' | 'pin' | 'hospital' | 'sensors'> {
  readonly identity: Identity;
  readonly sensors?: readonly Identity[];
  /** Port to which the network leads, once the card is in service. */
  readonly ledTo: number;
}

/** Stopped, and its card closed, when the ward closes. */
export async function phoneInHand(ward: Ward, options: PhoneInHandOptions): Promise<Gateway> {
  const { identity, ledTo, sensors = [], ...rest } = options;
  const folder = join(ward.folder, `phone of ${identity.id}`);
  const detour = await Detour.open(Number(new URL(ward.hospital.devicesUrl).port));
  ward.onClose(() => detour.close());
  const { code } = await inviteCard(ward.store, {
    patient: identity.id,
    sensors: sensors.map(({ id }) => id),
    server: { host: 'localhost', port: detour.port },
    pollSeconds: 3600,
    policy: {},
    validMs: 3_600_000,
  });
  await activateCard({ folder, code, pin, log2Cost: 4 });
  detour.lead(ledTo);
  const card = await openCard({ folder, mha: { backoff: impatient } });
  ward.onClose(() => card.close());
  const gateway = await startGateway({ ...rest, card, pin, hospital: `https://localhost:${detour.port}` });
  ward.onClose(() => gateway.stop());
  return gateway;
}

/** A reading that waits for the hospital. */
export async function enterPulse(gateway: Gateway, pulse: number): Promise<void> {
  await gateway.enter({
    measuredAt: { utcMs: Date.now(), offsetMinutes: 0 },
    measurements: [{ code: mdc.heartRate, unit: mdcUnit.beatsPerMinute, value: decimal(pulse, 0) }],
  });
}
