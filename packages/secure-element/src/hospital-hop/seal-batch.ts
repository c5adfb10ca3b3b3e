// Step 2 at the element: readings are sealed when they are sent, with the patient's time and place of that moment, the
// oldest first, many to a batch: one POST is the largest cost of a reading.

import {
  type Bytes,
  encodeCbor,
  encodeStep2Message,
  type Location,
  type Reading,
  recordHash,
  type Timestamp,
} from '@vitalseal/protocol';
import type { ElementState } from '../element-state.ts';
import { SecureElementError } from '../errors.ts';
import type { OutboxEntry } from '../outbox/outbox.ts';
import type { HospitalChannel } from './hospital-channel.ts';
import { expectProved } from './hospital-release.ts';
import type { SealedReading } from './in-flight.ts';

/** What the hospital takes in one POST. */
export const maxBatchRecords = 256;
const maxBatchBytes = 1 << 20;
/** A record's own head in the CBOR array, and the array's. */
const headBytes = 5;

export interface BatchRequest {
  /** T_P: the time of the patient, which a replayed recording may run faster than life. */
  readonly sentAt: Timestamp;
  /** UTC ms of the phone's own clock, by which keys age. */
  readonly at: number;
  readonly location?: Location;
  readonly max?: number;
  /** Of the body, where what carries it takes less than the hospital. */
  readonly maxBytes?: number;
}

export interface Batch {
  /** CBOR array of sealed records: the body of the POST. */
  readonly body: Bytes;
  readonly records: number;
  /** Of these, how many go out for the first time. */
  readonly fresh: number;
}

/**
 * @returns undefined when nothing waits
 * @throws SecureElementError `handshake-needed`, `hospital-unproved`
 */
export async function sealBatch(state: ElementState, request: BatchRequest): Promise<Batch | undefined> {
  if (toSend(state) === 0) return undefined;
  const channel = expectUsableChannel(state, request.at);
  const limit = Math.max(1, Math.min(request.max ?? maxBatchRecords, maxBatchRecords));
  const batch: SealedReading[] = [];
  const most = Math.min(request.maxBytes ?? maxBatchBytes, maxBatchBytes);
  let bytes = headBytes;
  let fresh = 0;
  const numbers = state.outbox.toSend(state.consent.readings);
  while (batch.length < limit && bytes <= most) {
    const together = take(numbers, Math.min(limit - batch.length, fitting(most - bytes, batch)));
    if (together.length === 0) break;
    const unsealed = together.filter((number) => !state.inFlight.of(number));
    await sealAll(state, channel, unsealed, request);
    const isNew = new Set(unsealed);
    for (const number of together) {
      const sealed = state.inFlight.of(number);
      if (!sealed) continue;
      bytes += sealed.bytes.length + headBytes;
      // Already sealed, so it waits for the next batch; the counter it took is not lost.
      if (bytes > most && batch.length > 0) break;
      batch.push(sealed);
      if (isNew.has(number)) fresh += 1;
    }
  }
  state.inFlight.sent(batch);
  return { body: encodeCbor(batch.map((sealed) => sealed.bytes)), records: batch.length, fresh };
}

/** How many more may fit, as long as those before: the first one says. */
function fitting(room: number, batch: readonly SealedReading[]): number {
  if (batch.length === 0) return 1;
  const longest = Math.max(...batch.map((sealed) => sealed.bytes.length)) + headBytes;
  return Math.max(1, Math.floor(room / longest));
}

function take(numbers: Iterator<number>, most: number): number[] {
  const taken: number[] = [];
  while (taken.length < most) {
    const { value, done } = numbers.next();
    if (done) break;
    taken.push(value);
  }
  return taken;
}

/** Readings that wait and may be sent. */
export function toSend({ outbox, consent }: ElementState): number {
  return consent.readings ? outbox.waiting.size : outbox.urgent.size;
}

export function handshakeNeeded(state: ElementState, at: number): boolean {
  const { hospitalChannel, hospitalChannelDoubted, settings, inFlight } = state;
  if (!hospitalChannel || hospitalChannelDoubted) return true;
  // A clock that was set back must not stretch the life of the keys either.
  const age = Math.abs(at - hospitalChannel.establishedAt);
  return age > settings.renewAfterMs || inFlight.lastSequence >= settings.renewAfterRecords;
}

function expectUsableChannel(state: ElementState, at: number): HospitalChannel {
  const channel = state.hospitalChannel;
  if (!channel || handshakeNeeded(state, at)) {
    throw new SecureElementError('handshake-needed', 'expected a channel the hospital knows');
  }
  expectProved(state, channel);
  return channel;
}

function withoutPlace({ location: _, ...reading }: Reading): Reading {
  return reading;
}

/** Read and sealed together: a browser does both on threads of its own. */
async function sealAll(
  state: ElementState,
  channel: HospitalChannel,
  numbers: readonly number[],
  request: BatchRequest,
): Promise<void> {
  const entries = await state.outbox.readAll(numbers);
  const sealed = await Promise.all(
    entries.map((entry, index) => seal(state, channel, numbers[index] ?? 0, entry, request)),
  );
  for (const each of sealed) state.inFlight.add(each);
}

async function seal(
  state: ElementState,
  channel: HospitalChannel,
  number: number,
  { reading: kept, timeliness }: OutboxEntry,
  { sentAt, location }: BatchRequest,
): Promise<SealedReading> {
  const reading = state.consent.location ? kept : withoutPlace(kept);
  const message = encodeStep2Message({
    sender: channel.secrets.initiator,
    recipient: channel.secrets.responder,
    sentAt,
    ...(location && state.consent.location && { location }),
    reading,
    ...(state.clockDriftMs !== undefined && { clockDriftMs: state.clockDriftMs }),
  });
  const { sequence, bytes } = await channel.sealer.seal(message);
  return {
    number,
    sequence,
    bytes,
    hash: await recordHash(bytes),
    origin: reading.origin,
    measuredAt: reading.measuredAt.utcMs,
    reading: kept,
    late: timeliness === 'late',
  };
}
