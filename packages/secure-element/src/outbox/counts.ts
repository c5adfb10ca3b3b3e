// What the element has counted since it was personalised, kept in the same commits as the readings themselves.

import { type Bytes, encodeCbor } from '@vitalseal/protocol';
import { storedFields, storedInteger } from '../storage/stored.ts';

export interface Counts {
  /** Readings taken from sensors. */
  readonly received: number;
  /** Records of the sensor that were here already. */
  readonly repeated: number;
  /** Readings older than the policy's limit when they came; kept like any other. */
  readonly late: number;
  /** Readings measured later than the phone's clock allows; kept like any other. */
  readonly fromTheFuture: number;
  /** Readings entered by hand. */
  readonly entered: number;
  /** Readings whose hospital acknowledgement was opened: stored or duplicate, each counted once. */
  readonly acknowledged: number;
  /** Of those, the ones the hospital had already. */
  readonly duplicates: number;
  /** Readings the hospital refused for good; they stay on the shelf. */
  readonly refused: number;
  /** When the last acknowledgement was opened, UTC ms; 0 before the first. */
  readonly lastAcknowledgedAt: number;
}

export const countsName = 'counts';

export const noCounts: Counts = {
  received: 0,
  repeated: 0,
  late: 0,
  fromTheFuture: 0,
  entered: 0,
  acknowledged: 0,
  duplicates: 0,
  refused: 0,
  lastAcknowledgedAt: 0,
};

const order = Object.keys(noCounts) as (keyof Counts)[];

export function encodeCounts(counts: Counts): Bytes {
  return encodeCbor(order.map((name) => counts[name]));
}

export function decodeCounts(value: Bytes): Counts {
  const fields = storedFields(value, order.length);
  const counts: { -readonly [name in keyof Counts]: number } = { ...noCounts };
  order.forEach((name, index) => {
    counts[name] = storedInteger(fields[index]);
  });
  return counts;
}
