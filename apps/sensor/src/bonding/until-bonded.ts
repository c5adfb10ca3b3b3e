// A sensor without a patient: it meets phone after phone until one has been given its code. It measures nothing by then,
// for there is nobody whose reading it would be.

import type { Identity } from '@vitalseal/protocol';
import { Backoff, pause } from '@vitalseal/retry';
import type { SensorDevice } from '../device/sensor-device.ts';
import { codeOf, SensorError } from '../errors.ts';
import type { PhoneLink } from '../link/phone-link.ts';
import { bondedPatient } from './bond.ts';
import { bondByCode } from './bond-by-code.ts';

export interface UntilBondedOptions {
  readonly device: SensorDevice;
  /** As `startSensor` takes it: the next link with a phone. */
  readonly connect: (signal: AbortSignal) => Promise<PhoneLink>;
  readonly signal: AbortSignal;
  /** A phone was met and is not this sensor's; the code says why. */
  readonly refused?: (code: string | undefined) => void;
  readonly backoff?: { readonly firstMs: number; readonly mostMs: number };
  readonly silenceMs?: number;
  readonly now?: () => number;
}

const usualSilenceMs = 20_000;

/** @returns undefined when it was stopped before */
export async function untilBonded(options: UntilBondedOptions): Promise<Identity | undefined> {
  const { device, connect, signal, refused, silenceMs = usualSilenceMs, now = Date.now } = options;
  const backoff = new Backoff(options.backoff ?? { firstMs: 100, mostMs: 10_000 });
  while (!signal.aborted) {
    try {
      const messages = await connect(signal);
      const hangUp = () => messages.close();
      signal.addEventListener('abort', hangUp);
      try {
        return await bondByCode(messages, { device, now, silenceMs });
      } finally {
        signal.removeEventListener('abort', hangUp);
      }
    } catch (error) {
      if (signal.aborted) return undefined;
      if (isOurOwn(error)) throw error;
      refused?.(codeOf(error));
      await pause(backoff.failed(), signal);
    }
  }
  return undefined;
}

/** The sensor's own store fails: another phone would not help. */
function isOurOwn(error: unknown): boolean {
  return codeOf(error)?.startsWith('storage-') === true;
}

/**
 * Whose sensor this is, as far as it is known without a phone.
 * @param told by whoever starts the sensor, in place of a code
 * @throws SensorError `sensor-bonded-elsewhere`
 */
export async function knownPatient(device: SensorDevice, told: Identity | undefined): Promise<Identity | undefined> {
  const bonded = await bondedPatient(device.storage);
  if (bonded && told && bonded.id !== told.id) {
    throw new SensorError('sensor-bonded-elsewhere', 'expected the patient that this sensor is bonded with');
  }
  return told ?? bonded;
}
