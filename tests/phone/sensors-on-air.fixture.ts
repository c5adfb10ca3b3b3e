// Sensors on an emulated radio, as the patient meets them: one of the hospital's, that is nobody's yet, and one from a shop.

import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import {
  ownCode,
  PhonesOverRadio,
  runStandard,
  startSensor,
  temporarySensorDevice,
  untilBonded,
} from '@vitalseal/app-sensor';
import type { RadioRoom } from '@vitalseal/ble/testing';
import { createRequest, generateKeyPair } from '@vitalseal/certifying-authority';
import { decimal, type Identity, mdc, mdcUnit } from '@vitalseal/protocol';
import type { Clinic } from '../journeys/clinic.fixture.ts';

export interface OnAir {
  readonly room: RadioRoom;
  /** As it calls itself on the air. */
  readonly name: string;
  readonly access: 'open' | 'secured';
}

export interface SealedOnAir extends OnAir {
  readonly clinic: Clinic;
  readonly identity: Identity;
  /** One reading for each, the last of them taken now. */
  readonly pulses: readonly number[];
  readonly everyMs?: number;
}

export interface SealedSensor {
  /** As it stands on the sensor. */
  readonly code: string;
  /** Bonded, and measuring. */
  readonly measuring: Promise<void>;
  close(): Promise<void>;
}

const backoff = { firstMs: 10, mostMs: 200 };

/** A certified sensor: on the air from the first link that it waits for. */
export async function sealedSensorOnAir(options: SealedOnAir): Promise<SealedSensor> {
  const { room, clinic, identity, name, access, pulses, everyMs = 1 } = options;
  const folder = mkdtempSync(join(tmpdir(), 'vitalseal-sensor-'));
  const { authority: ca, rootCertificate: root } = clinic.authority;
  const pair = await generateKeyPair({ extractable: true });
  const { code: invitation } = await ca.invite({ identity });
  const csr = await createRequest(pair, identity);
  const chain = [await ca.enrol(csr, { identity, code: invitation }), ca.issuingCertificate];
  const device = await temporarySensorDevice({ identity, chain, root, privateKey: pair.privateKey });
  const { code } = await ownCode(device.storage);
  const { address: adapter } = await room.controller();
  const status = () => ({ battery: 71, stored: 0, bonded: false });
  const phones = new PhonesOverRadio({ adapter, bondFolder: folder, name, access, status });
  const stop = new AbortController();
  const closing: (() => unknown)[] = [() => stop.abort(), () => phones.close()];
  const measure = async () => {
    const patient = await untilBonded({ device, connect: phones.connect, signal: stop.signal, backoff });
    if (!patient) throw new Error('expected a sensor that was bonded');
    const first = Date.now() - (pulses.length - 1) * everyMs;
    const sensor = await startSensor({
      device,
      patient,
      readings: pulses.map((pulse, i) => ({
        measuredAt: first + i * everyMs,
        measurements: [{ code: mdc.heartRate, unit: mdcUnit.beatsPerMinute, value: decimal(pulse, 0) }],
      })),
      clock: { now: Date.now },
      connect: phones.connect,
      backoff,
    });
    closing.unshift(() => sensor.stop());
  };
  const measuring = measure();
  measuring.catch(() => {});
  return {
    code,
    measuring,
    async close() {
      for (const close of closing) await close();
      rmSync(folder, { recursive: true, force: true });
    },
  };
}

export interface StandardOnAir extends OnAir {
  readonly pulse: number;
}

/** A heart rate monitor of the shop, which says its one value five times a second. */
export async function standardSensorOnAir({ room, name, access, pulse }: StandardOnAir): Promise<() => Promise<void>> {
  const folder = mkdtempSync(join(tmpdir(), 'vitalseal-sensor-'));
  const { address: adapter } = await room.controller();
  const stop = new AbortController();
  const running = runStandard(
    {
      adapter,
      bondFolder: folder,
      name,
      profiles: ['heart-rate'],
      access,
      rows: Array.from({ length: 600 }, (_, i) => ({ patient: 'p', timeS: i / 5, line: i + 2, hr: pulse })),
      clock: { origin: Date.now(), now: Date.now },
      offsetMinutes: 60,
    },
    stop.signal,
  );
  return async () => {
    stop.abort();
    await running;
    rmSync(folder, { recursive: true, force: true });
  };
}
