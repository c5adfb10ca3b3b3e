// A patient's phone with a card in it that the ward has enrolled, for a gateway that is led astray.

import { join } from 'node:path';
import { enrolPatient, type Gateway, type GatewayOptions, openCard, startGateway } from '@vitalseal/app-patient';
import { parseActivationLink } from '@vitalseal/certifying-authority';
import { decimal, type Identity, mdc, mdcUnit } from '@vitalseal/protocol';
import { identities, type Ward } from './ward.fixture.ts';

const pin = '4711';
const impatient = { firstMs: 10, mostMs: 20 };

/** Stopped, and its card closed, when the ward closes. */
export async function phoneInHand(
  ward: Ward,
  options: Omit<GatewayOptions, 'card' | 'pin'> & { readonly identity: Identity; readonly sensors?: Identity[] },
): Promise<Gateway> {
  const { identity, sensors = [], ...rest } = options;
  const folder = join(ward.folder, `phone of ${identity.id}`);
  const link = parseActivationLink(await ward.link(identity));
  await enrolPatient({ folder, link, pin, sensors, hospital: identities.hospital, log2Cost: 4 });
  const card = await openCard({ folder, mha: { backoff: impatient } });
  ward.onClose(() => card.close());
  const gateway = await startGateway({ ...rest, card, pin });
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
