// A glucose meter that means harm: it goes on telling what it has told, and never comes to an end.

import type { Bytes } from '@vitalseal/protocol';
import { expect, test } from 'vitest';
import type { GattService } from '../gatt/gatt-client.ts';
import { characteristicUuid } from './characteristics.ts';
import { encodeGlucose } from './glucose.ts';
import { newGlucoseRecords } from './glucose-records.ts';

const baseTime = { year: 2026, month: 1, day: 1, hour: 0, minute: 0, second: 0 };
const record = (sequence: number) => encodeGlucose({ sequence, baseTime, contextFollows: false });

/** @param next what it tells, again and again, once it was asked */
function meter(next: () => Bytes): { readonly service: GattService; stop(): void } {
  const listeners = new Map<string, (value: Bytes) => void>();
  let telling: NodeJS.Timeout | undefined;
  const service: GattService = {
    uuid: 'a meter',
    characteristic: async (uuid) => ({
      uuid,
      read: async () => new Uint8Array(0),
      write: async () => {
        telling ??= setInterval(() => listeners.get(characteristicUuid.glucose)?.(next()), 1);
      },
      writeWithoutResponse: async () => {},
      listen: async (listener) => {
        listeners.set(uuid, (value) => void listener(value));
        return async () => void listeners.delete(uuid);
      },
    }),
  };
  return { service, stop: () => clearInterval(telling) };
}

test.each([
  ['the same record', () => record(7)],
  ['what is no record', () => Uint8Array.of(1, 2, 3)],
])('one that tells %s without end is not listened to for ever', async (_what, next) => {
  let dropped = 0;
  const { service, stop } = meter(next);
  const options = { service, progress: undefined, dropped: () => (dropped += 1), patienceMs: 40 };
  await expect(newGlucoseRecords(options)).rejects.toMatchObject({ code: 'radio-disconnected' });
  stop();
});
