/**
 * One moment of the hospital, in one transaction: readings, replay windows, what they mean and whatever must be sent
 * because of them. What is in memory follows only after the commit, so a failed one has changed nothing.
 */
import { readingsStored } from '@vitalseal/audit';
import type { Identity } from '@vitalseal/protocol';
import { saysPutBack } from '../alarms/patient-says.ts';
import { streamOpened, systemActor } from '../audit/acts.ts';
import { readingRuns } from '../audit/reading-runs.ts';
import { HospitalError } from '../errors.ts';
import type { Database } from '../store/batch-statement.ts';
import { duplicateTally, refusedPrefix } from '../store/counts.ts';
import { refusesTheValue } from '../store/failure.ts';
import type { Store } from '../store/open-store.ts';
import type { NewReading } from '../store/readings.ts';
import { commitMoment, type Moment, type MomentParts } from '../watch/moment.ts';
import {
  type Arrival,
  type ArrivedReading,
  contentOf,
  type Outcome,
  type ReadingPlace,
  streamOrigin,
} from './arrival.ts';
import { isClockOff } from './clock-drift.ts';
import { KeptKeys, type KeptKeysDraft } from './kept-keys.ts';
import { NewNumbers } from './new-numbers.ts';
import { StreamNumbers, type StreamNumbersDraft } from './stream-numbers.ts';

interface Candidate {
  /** Place of the arrival among those of its group. */
  readonly index: number;
  readonly arrival: Arrival;
  readonly content: ArrivedReading;
  readonly row: NewReading;
}

/** A reading that the store did not have. */
interface Fresh extends Candidate {
  readonly number: number;
}

const storedOutcome: Outcome = { outcome: 'stored' };
const duplicateOutcome: Outcome = { outcome: 'duplicate' };
const unanswered: Outcome = { outcome: 'unanswered', code: 'store-unavailable' };
const channelUnknown: Outcome = { outcome: 'unanswered', code: 'channel-unknown' };

/** A record whose counter was taken before. */
interface Again {
  readonly index: number;
  readonly content: ArrivedReading;
  readonly verdict: 'seen' | 'too-old';
}

/** One an arrival, in their order. */
type Outcomes = readonly Outcome[];

interface Attempt {
  readonly outcomes: Outcomes;
  readonly streams: StreamNumbersDraft;
  readonly keys: KeptKeysDraft;
  readonly clocksOff: number;
  readonly phonesPutBack: number;
}

export interface CommitArrivalsOptions extends MomentParts {
  readonly identity: Identity;
  readonly onProblem: (error: unknown) => void;
  readonly metrics?: {
    /** Of the readings that are stored now: those of a phone whose clock is far off. */
    clocksOff(readings: number): void;
    /** Cards that have said so. */
    phonesPutBack(phones: number): void;
  };
}

export class CommitArrivals {
  readonly #parts: MomentParts;
  readonly #place: ReadingPlace;
  readonly #store: Store;
  readonly #streams: StreamNumbers;
  readonly #keys: KeptKeys;

  readonly #onProblem: (error: unknown) => void;
  readonly #metrics: CommitArrivalsOptions['metrics'];

  constructor(parts: CommitArrivalsOptions) {
    this.#parts = parts;
    this.#metrics = parts.metrics;
    this.#onProblem = parts.onProblem;
    this.#place = { identity: parts.identity, patientNumber: (id) => parts.ward.numberOf(id) };
    this.#store = parts.store;
    this.#streams = new StreamNumbers(parts.store);
    this.#keys = new KeptKeys(parts.store);
  }

  /** @throws HospitalError `store-unavailable`: nothing of the group is to be acknowledged */
  async commit(requests: readonly (readonly Arrival[])[]): Promise<Outcome[][]> {
    const outcomes = await this.#commitOrIsolate(requests.flat());
    let end = 0;
    return requests.map(({ length }) => {
      end += length;
      return outcomes.slice(end - length, end);
    });
  }

  /**
   * A value that the database refuses, or over which the rules fail, is found by halving, so that it costs its neighbours
   * nothing but time. When the log's head was elsewhere the second attempt succeeds.
   */
  async #commitOrIsolate(arrivals: readonly Arrival[], isSecondTime = false): Promise<Outcomes> {
    try {
      return await this.#commitTogether(arrivals);
    } catch (error) {
      const isFault = error instanceof EvaluationFault;
      if (!isFault && !refusesTheValue(error)) {
        throw new HospitalError('store-unavailable', 'expected the store to commit', { cause: error });
      }
      const [only] = arrivals;
      if (only !== undefined && arrivals.length === 1) {
        // Perhaps memory was behind the store, after a commit that came to its end late: it is read again before this.
        if (!isSecondTime) return this.#commitOrIsolate(arrivals, true);
        if (isFault) return this.#commitOrIsolate([{ ...only, unevaluable: true }]);
        if (only.condemned !== undefined) throw error;
        return this.#commitOrIsolate([{ ...only, condemned: 'unstorable' }]);
      }
      const middle = Math.ceil(arrivals.length / 2);
      const first = await this.#commitOrIsolate(arrivals.slice(0, middle));
      return [...first, ...(await this.#commitOrIsolate(arrivals.slice(middle)))];
    }
  }

  async #commitTogether(arrivals: readonly Arrival[]): Promise<Outcomes> {
    const work = (moment: Moment) => this.#write(moment, arrivals);
    const attempt = await commitMoment(this.#parts, work, { isRepeated: true });
    attempt.streams.committed();
    attempt.keys.committed();
    if (attempt.clocksOff > 0) this.#metrics?.clocksOff(attempt.clocksOff);
    if (attempt.phonesPutBack > 0) this.#metrics?.phonesPutBack(attempt.phonesPutBack);
    return attempt.outcomes;
  }

  async #write({ db, now, ward, replay }: Moment, arrivals: readonly Arrival[]): Promise<Attempt> {
    const outcomes: Outcome[] = new Array(arrivals.length).fill(unanswered);
    const { audit } = this.#store;
    const streams = this.#streams.draft(db, (stream) => {
      const { id = '' } = this.#parts.ward.get(stream.patient)?.identity ?? {};
      audit.append(db, streamOpened({ ...stream, patient: id }));
    });
    const keys = this.#keys.draft(db, now);
    const candidates: Candidate[] = [];
    const again: Again[] = [];

    for (const [index, arrival] of arrivals.entries()) {
      const { channel, sequence } = arrival;
      if (channel.closed) {
        outcomes[index] = channelUnknown;
        continue;
      }
      const verdict = replay.acceptKnown(channel, sequence) ?? (await replay.accept(db, channel, sequence));
      const content = contentOf(arrival, this.#place);
      if (content.kind === 'refused') {
        outcomes[index] = { outcome: 'refused', code: content.code };
      } else if (verdict === 'fresh') {
        const { patient, message } = content;
        if (!this.#keys.has(channel, patient, now) && !(await keys.keep(channel, patient))) {
          channel.close();
          outcomes[index] = channelUnknown;
          continue;
        }
        const known = this.#streams.known(patient, message.reading.origin);
        const stream = known ?? (await streams.numberOf(streamOrigin(content)));
        candidates.push({ index, arrival, content, row: newReading(stream, arrival, content, now) });
      } else {
        again.push({ index, content, verdict });
      }
    }

    const fresh = await this.#insert(db, candidates, outcomes);
    if (fresh.length > 0) audit.appendChecked(db, readingsStored(systemActor, readingRuns(fresh)));
    // After the insert: the first of the two may be in this very group.
    for (const repeated of again) outcomes[repeated.index] = await this.#answerAgain(db, streams, repeated);
    for (const { arrival, content, row, number } of fresh) {
      // To the rules it is as if it had not come: when no other comes, their alarm of silence does.
      if (arrival.unevaluable) continue;
      try {
        ward.observe({ number, stream: row.stream, patient: row.patient, message: content.message });
      } catch (cause) {
        this.#onProblem(cause);
        throw new EvaluationFault('expected the rules to take the reading in', { cause });
      }
    }
    await this.#tally(db, outcomes);
    const clocksOff = fresh.filter(({ content }) => isClockOff(content.message)).length;
    const phonesPutBack = fresh.filter(({ content }) => saysPutBack(content.message.reading)).length;
    return { outcomes, streams, keys, clocksOff, phonesPutBack };
  }

  async #insert(db: Database, candidates: readonly Candidate[], outcomes: Outcome[]): Promise<Fresh[]> {
    if (candidates.length === 0) return [];
    const stored = await this.#store.readings.insert(
      db,
      candidates.map(({ row }) => row),
    );
    const numbers = new NewNumbers(stored);
    const fresh: Fresh[] = [];
    for (const { index, arrival, content, row } of candidates) {
      const number = numbers.take(row);
      outcomes[index] = number === undefined ? duplicateOutcome : storedOutcome;
      if (number !== undefined) fresh.push({ index, arrival, content, row, number });
    }
    return fresh;
  }

  /** A record that came before is answered as it was then: by whether its reading is in the store. It is never taken anew. */
  async #answerAgain(db: Database, streams: StreamNumbersDraft, { content, verdict }: Again): Promise<Outcome> {
    const stream = await streams.numberOf(streamOrigin(content));
    const stored = await this.#store.readings.has(db, stream, content.message.reading.origin.sequence);
    if (stored) return duplicateOutcome;
    return verdict === 'seen'
      ? { outcome: 'refused', code: 'record-replayed' }
      : { outcome: 'unanswered', code: 'record-too-old' };
  }

  async #tally(db: Database, outcomes: Outcomes): Promise<void> {
    const counts = new Map<string, number>();
    for (const result of outcomes) {
      if (result.outcome === 'stored') continue;
      const name = 'code' in result ? refusedPrefix + result.code : duplicateTally;
      counts.set(name, (counts.get(name) ?? 0) + 1);
    }
    for (const [name, count] of counts) await this.#store.tallies.add(db, name, count);
  }
}

/** The rules failed over a reading: a fault of ours, which must cost nobody else their place in the store. */
class EvaluationFault extends Error {}

function newReading(stream: number, { record }: Arrival, content: ArrivedReading, now: number): NewReading {
  const { reading } = content.message;
  return {
    stream,
    sequence: reading.origin.sequence,
    patient: content.patient,
    measured_at: reading.measuredAt.utcMs,
    received_at: now,
    payload: record,
  };
}
