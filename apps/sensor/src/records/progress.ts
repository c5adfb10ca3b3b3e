// How far the sensor is, kept in the same commits as its records: after power loss the replay goes on behind the last
// reading that was kept.

import { type Bytes, encodeCbor } from '@vitalseal/protocol';
import { storedFields, storedInteger } from '@vitalseal/secure-element/storage';

export interface Progress {
  /** Readings measured and kept. */
  readonly measured: number;
  /** Readings the element has acknowledged under seal. */
  readonly acknowledged: number;
  /** Records the element refused for good. */
  readonly refused: number;
  /** UTC ms on the replay's clock of the last reading measured; -1 before the first. */
  readonly lastMeasuredAt: number;
}

export const progressName = 'progress';

export const noProgress: Progress = { measured: 0, acknowledged: 0, refused: 0, lastMeasuredAt: -1 };

export function encodeProgress({ measured, acknowledged, refused, lastMeasuredAt }: Progress): Bytes {
  return encodeCbor([measured, acknowledged, refused, lastMeasuredAt]);
}

export function decodeProgress(stored: Bytes): Progress {
  const [measured, acknowledged, refused, lastMeasuredAt] = storedFields(stored, 4).map(storedInteger);
  return {
    measured: measured ?? 0,
    acknowledged: acknowledged ?? 0,
    refused: refused ?? 0,
    lastMeasuredAt: lastMeasuredAt ?? -1,
  };
}
