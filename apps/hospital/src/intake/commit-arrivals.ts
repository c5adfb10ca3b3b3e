/**
 * One moment of the hospital, in one transaction: readings, replay windows, what they mean and whatever must be sent
 * because of them. What is in memory follows only after the commit, so a failed one has changed nothing.
 */
import { HospitalError } from '../errors.ts';
import type { Database } from '../store/batch-statement.ts';
import { duplicateTally, refusedPrefix } from '../store/counts.ts';
import { refusesTheValue } from '../store/failure.ts';
import type { Store } from '../store/open-store.ts';
import type { NewReading } from '../store/readings.ts';
import type { Ward, WardDraft } from '../watch/ward.ts';
import { type Arrival, type ArrivedReading, type Outcome, streamOrigin } from './arrival.ts';
import { ReplayDraft } from './replay-draft.ts';
import { StreamNumbers, type StreamNumbersDraft } from './stream-numbers.ts';

export interface CommitArrivalsOptions {
  readonly store: Store;
  readonly ward: Ward;
  /** UTC ms on the hospital's clinical clock. */
  readonly now: () => number;
}

interface Candidate {
  readonly arrival: Arrival;
  readonly content: ArrivedReading;
  readonly row: NewReading;
}

/** A record whose counter was taken before. */
interface Again {
  readonly arrival: Arrival;
  readonly content: ArrivedReading;
  readonly verdict: 'seen' | 'too-old';
}

interface Attempt {
  readonly outcomes: Map<Arrival, Outcome>;
  readonly replay: ReplayDraft;
  readonly streams: StreamNumbersDraft;
  readonly draft: WardDraft;
}

export class CommitArrivals {
  readonly #store: Store;
  readonly #ward: Ward;
  readonly #now: () => number;
  readonly #streams: StreamNumbers;

  constructor({ store, ward, now }: CommitArrivalsOptions) {
    this.#store = store;
    this.#ward = ward;
    this.#now = now;
    this.#streams = new StreamNumbers(store);
  }

  /** @throws HospitalError `store-unavailable`: nothing of the group is to be acknowledged */
  async commit(requests: readonly (readonly Arrival[])[]): Promise<Outcome[][]> {
    const outcomes = new Map<Arrival, Outcome>();
    await this.#commitOrIsolate(requests.flat(), outcomes);
    return requests.map((arrivals) =>
      arrivals.map((arrival) => outcomes.get(arrival) ?? { outcome: 'unanswered', code: 'store-unavailable' }),
    );
  }

  /** A value that the database refuses is found by halving, so that it costs its neighbours nothing but time. */
  async #commitOrIsolate(arrivals: readonly Arrival[], outcomes: Map<Arrival, Outcome>): Promise<void> {
    try {
      await this.#commitTogether(arrivals, outcomes);
    } catch (error) {
      // Whether the commit reached the disk is not known: memory is read again from the store before it is used.
      for (const { channel } of arrivals) channel.windowUnknown();
      this.#ward.forget(arrivals.flatMap(({ content }) => (content.kind === 'reading' ? [content.patient] : [])));
      if (!refusesTheValue(error)) {
        throw new HospitalError('store-unavailable', 'expected the store to commit', { cause: error });
      }
      const [only] = arrivals;
      if (only !== undefined && arrivals.length === 1) {
        if (only.content.kind === 'refused') throw error;
        const refused: Arrival = { ...only, content: { kind: 'refused', code: 'unstorable' } };
        const single = new Map<Arrival, Outcome>();
        await this.#commitOrIsolate([refused], single);
        outcomes.set(only, single.get(refused) ?? { outcome: 'refused', code: 'unstorable' });
        return;
      }
      const middle = Math.ceil(arrivals.length / 2);
      await this.#commitOrIsolate(arrivals.slice(0, middle), outcomes);
      await this.#commitOrIsolate(arrivals.slice(middle), outcomes);
    }
  }

  async #commitTogether(arrivals: readonly Arrival[], outcomes: Map<Arrival, Outcome>): Promise<void> {
    await this.#ward.recall();
    const attempt = await this.#store.transaction((db) => this.#write(db, arrivals));
    attempt.replay.committed();
    attempt.streams.committed();
    attempt.draft.committed();
    for (const [arrival, outcome] of attempt.outcomes) outcomes.set(arrival, outcome);
  }

  async #write(db: Database, arrivals: readonly Arrival[]): Promise<Attempt> {
    const now = this.#now();
    const outcomes = new Map<Arrival, Outcome>();
    const replay = new ReplayDraft(this.#store, db);
    const streams = this.#streams.draft(db);
    const draft = this.#ward.draft(now);
    const candidates: Candidate[] = [];
    const again: Again[] = [];

    for (const arrival of arrivals) {
      const { channel, sequence, content } = arrival;
      if (channel.closed) {
        outcomes.set(arrival, { outcome: 'unanswered', code: 'channel-unknown' });
        continue;
      }
      const verdict = await replay.accept(channel, sequence);
      if (content.kind === 'refused') {
        outcomes.set(arrival, { outcome: 'refused', code: content.code });
      } else if (verdict === 'fresh') {
        candidates.push({ arrival, content, row: await newReading(streams, content, now) });
      } else {
        again.push({ arrival, content, verdict });
      }
    }

    const fresh = await this.#insert(db, candidates, outcomes);
    // After the insert: the first of the two may be in this very group.
    for (const repeated of again) outcomes.set(repeated.arrival, await this.#answerAgain(db, streams, repeated));
    for (const { content, row, number } of fresh) {
      draft.observe({ number, patient: row.patient, message: content.message });
    }
    await draft.write(db);
    await replay.save();
    await this.#tally(db, outcomes.values());
    return { outcomes, replay, streams, draft };
  }

  async #insert(
    db: Database,
    candidates: readonly Candidate[],
    outcomes: Map<Arrival, Outcome>,
  ): Promise<(Candidate & { number: number })[]> {
    if (candidates.length === 0) return [];
    const stored = await this.#store.readings.insert(
      db,
      candidates.map(({ row }) => row),
    );
    const numbers = new Map(stored.map(({ stream, sequence, number }) => [`${stream}/${sequence}`, number]));
    const fresh: (Candidate & { number: number })[] = [];
    for (const candidate of candidates) {
      const key = `${candidate.row.stream}/${candidate.row.sequence}`;
      const number = numbers.get(key);
      // Of two records with one origin in the same group the first is stored and the second is its duplicate.
      numbers.delete(key);
      outcomes.set(candidate.arrival, { outcome: number === undefined ? 'duplicate' : 'stored' });
      if (number !== undefined) fresh.push({ ...candidate, number });
    }
    return fresh;
  }

  /** A record that came before is answered as it was then: by whether its reading is in the store. It is never taken anew. */
  async #answerAgain(db: Database, streams: StreamNumbersDraft, { content, verdict }: Again): Promise<Outcome> {
    const stream = await streams.numberOf(streamOrigin(content));
    const stored = await this.#store.readings.has(db, stream, content.message.reading.origin.sequence);
    if (stored) return { outcome: 'duplicate' };
    return verdict === 'seen'
      ? { outcome: 'refused', code: 'record-replayed' }
      : { outcome: 'unanswered', code: 'record-too-old' };
  }

  async #tally(db: Database, outcomes: Iterable<Outcome>): Promise<void> {
    const counts = new Map<string, number>();
    for (const result of outcomes) {
      if (result.outcome === 'stored') continue;
      const name = 'code' in result ? refusedPrefix + result.code : duplicateTally;
      counts.set(name, (counts.get(name) ?? 0) + 1);
    }
    for (const [name, count] of counts) await this.#store.tallies.add(db, name, count);
  }
}

async function newReading(streams: StreamNumbersDraft, content: ArrivedReading, now: number): Promise<NewReading> {
  const { reading } = content.message;
  return {
    stream: await streams.numberOf(streamOrigin(content)),
    sequence: reading.origin.sequence,
    patient: content.patient,
    measured_at: reading.measuredAt.utcMs,
    received_at: now,
    payload: content.payload,
  };
}
