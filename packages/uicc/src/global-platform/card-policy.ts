// The hospital's policy of a card: how often it samples time and place, what it holds and sends, and when it tries again.

import { join, octets } from '../bytes.ts';
import type { Bytes } from '../card.ts';
import { encodeTlv } from '../tlv/index.ts';
import { fieldsOf, malformed, numberField } from './administration-fields.ts';

export interface CardPolicy {
  /** Sampling. The phone's clock is asked again after this long. */
  readonly timeEverySeconds?: number;
  /** Sampling. The phone's place is asked again after this long; 0: never. */
  readonly placeEverySeconds?: number;
  /** Limits. Readings that the outbox holds. */
  readonly outboxCapacity?: number;
  /** Limits. A reading that is older when it comes is marked as late. */
  readonly lateAfterSeconds?: number;
  /** Limits. A reading measured later than the clock allows is marked as from the future. */
  readonly futureAfterSeconds?: number;
  /** Limits. Records and age after which the card shakes hands anew. */
  readonly renewAfterRecords?: number;
  readonly renewAfterSeconds?: number;
  /** Batch. Readings in one POST at most: 1 to 256. */
  readonly batchRecords?: number;
  /** Timers. The first and the longest pause after a delivery that failed. */
  readonly retrySeconds?: number;
  readonly maxRetrySeconds?: number;
  /** Whether the card asks which release the hospital runs: 0 no, 1 it asks and tells, 2 it sends nothing before it is proved. */
  readonly hospitalRelease?: number;
}

interface Range {
  readonly tag: number;
  readonly min: number;
  readonly max: number;
}

const day = 24 * 60 * 60;
const ranges: Readonly<Record<keyof CardPolicy, Range>> = {
  timeEverySeconds: { tag: 0x80, min: 0, max: day },
  placeEverySeconds: { tag: 0x81, min: 0, max: day },
  outboxCapacity: { tag: 0x82, min: 1, max: 1_000_000 },
  lateAfterSeconds: { tag: 0x83, min: 1, max: 30 * day },
  futureAfterSeconds: { tag: 0x84, min: 1, max: 30 * day },
  renewAfterRecords: { tag: 0x85, min: 1, max: 1 << 24 },
  renewAfterSeconds: { tag: 0x86, min: 60, max: 30 * day },
  batchRecords: { tag: 0x87, min: 1, max: 256 },
  retrySeconds: { tag: 0x88, min: 1, max: day },
  maxRetrySeconds: { tag: 0x89, min: 1, max: day },
  hospitalRelease: { tag: 0x8a, min: 0, max: 2 },
};
/** What a policy can say. */
export const cardPolicyNames: readonly (keyof CardPolicy)[] = Object.keys(ranges) as (keyof CardPolicy)[];
const width = 4;

/** @throws UiccError `administration-malformed` for a value out of range */
export function encodeCardPolicy(policy: CardPolicy): Bytes {
  return join(
    ...cardPolicyNames.flatMap((name) => {
      const value = policy[name];
      return value === undefined ? [] : [encodeTlv(ranges[name].tag, octets(inRange(name, value), width))];
    }),
  );
}

/** @throws UiccError `administration-malformed` */
export function decodeCardPolicy(bytes: Bytes): CardPolicy {
  const fields = fieldsOf(
    bytes,
    cardPolicyNames.map((name) => ranges[name].tag),
  );
  const policy: { -readonly [name in keyof CardPolicy]: number } = {};
  for (const name of cardPolicyNames) {
    const value = fields.get(ranges[name].tag);
    if (value) policy[name] = inRange(name, numberField(value, width));
  }
  return policy;
}

function inRange(name: keyof CardPolicy, value: number): number {
  const { min, max } = ranges[name];
  if (!Number.isInteger(value) || value < min || value > max) {
    throw malformed(`expected ${name} from ${min} to ${max}`);
  }
  return value;
}
