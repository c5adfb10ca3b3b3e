/**
 * The live store held against the log: a reading that was edited, removed or added in the database by hand is found, and
 * named by its patient, its sensor and its number there.
 */
import { type AuditEntry, decodeEntry, storedReadings } from '@vitalseal/audit';
import { bytesToHex } from '@vitalseal/protocol';
import { sql } from 'kysely';
import { asOfNow } from '../store/as-of-now.ts';
import type { Database } from '../store/batch-statement.ts';
import type { Store } from '../store/open-store.ts';
import { patientName } from './acts.ts';
import { LogReader } from './log-reader.ts';
import { type RemovedRanges, removedRanges } from './removed-ranges.ts';
import { type DigestedRow, rowDigest } from './row-digest.ts';

export interface StoreFinding {
  readonly damage: 'edited' | 'removed' | 'added';
  /** Of the log: where the reading was stored; left out for one that never was. */
  readonly entry?: number;
  readonly line: string;
}

export interface StoreVerdict {
  /** Readings that the log has, and that are in the store as it has them. */
  readonly sound: number;
  /** Readings that went as the log says: their time was over, or their patient was erased. */
  readonly gone: number;
  /** Readings that are older than the log: nothing can be said of them. */
  readonly beforeLog: number;
  readonly findings: readonly StoreFinding[];
}

interface Origin {
  readonly patient: string;
  readonly source: string;
  readonly channel: string;
}

interface Expected {
  readonly stream: number;
  readonly sequence: number;
  readonly digest: string;
  readonly entry: number;
}

interface FoundRow extends DigestedRow {
  readonly stream: number;
  readonly sequence: number;
}

const batch = 500;
const mostFindings = 100;

/** Of one moment: readings that come meanwhile, or go, are no finding. */
export function checkStore(store: Pick<Store, 'database' | 'kind'>): Promise<StoreVerdict> {
  return asOfNow(store, (db) => new StoreCheck(db).run());
}

class StoreCheck {
  readonly #database: Database;
  readonly #reader: LogReader;
  readonly #streams = new Map<number, Origin>();
  /** Of each stream: how many of the readings that the log has are in the store. */
  readonly #present = new Map<number, number>();
  readonly #missing: Expected[] = [];
  readonly #removals: AuditEntry[] = [];
  readonly #findings: StoreFinding[] = [];
  #expected: Expected[] = [];
  /** How long the log is. */
  #size = 0;
  #sound = 0;
  #olderThanLog = { readings: 0, through: 0 };

  constructor(database: Database) {
    this.#database = database;
    this.#reader = new LogReader(database);
  }

  async run(): Promise<StoreVerdict> {
    this.#size = (await this.#reader.head()).size;
    for await (const { number, entry } of this.#reader.entries(0, this.#size)) {
      this.#take(number, decodeEntry(entry));
      while (this.#expected.length >= batch) await this.#compare(this.#expected.splice(0, batch));
    }
    await this.#compare(this.#expected);
    await this.#compareStreams();
    const gone = this.#judgeMissing(removedRanges(this.#removals));
    const beforeLog = await this.#findAdded();
    return { sound: this.#sound, gone, beforeLog, findings: this.#findings };
  }

  #take(number: number, entry: AuditEntry): void {
    const { kind, what, patient } = entry;
    if (kind === 'readings-stored') {
      for (const { stream, sequence, digest } of storedReadings(entry)) {
        this.#expected.push({ stream, sequence, digest, entry: number });
      }
    } else if (kind === 'stream-opened') {
      const origin = { patient: patient ?? '', source: String(what?.source), channel: String(what?.channel) };
      this.#streams.set(Number(what?.stream), origin);
    } else if (kind === 'readings-removed') {
      this.#removals.push(entry);
    } else if (kind === 'log-opened') {
      this.#olderThanLog = { readings: Number(what?.readings), through: Number(what?.through) };
    }
  }

  async #compare(expected: readonly Expected[]): Promise<void> {
    if (expected.length === 0) return;
    // Of a thousand patients there are a thousand streams in a batch: a query for each would take as long as all else.
    const wanted = sql.join(
      expected.map(({ stream, sequence }) => sql`(cast(${stream} as bigint), cast(${sequence} as bigint))`),
    );
    const { rows: found } = await sql<FoundRow>`select stream, sequence, patient, measured_at, received_at, payload
      from (values ${wanted}) as wanted join readings on stream = wanted.column1 and sequence = wanted.column2`.execute(
      this.#database,
    );
    const rows = new Map(found.map((row) => [`${row.stream} ${row.sequence}`, rowDigest(row)]));
    for (const reading of expected) {
      const digest = rows.get(`${reading.stream} ${reading.sequence}`);
      if (digest === undefined) {
        this.#missing.push(reading);
        continue;
      }
      this.#present.set(reading.stream, (this.#present.get(reading.stream) ?? 0) + 1);
      if (digest === reading.digest) this.#sound += 1;
      else this.#find('edited', `${this.#nameOf(reading)} was edited in the store`, reading.entry);
    }
  }

  /** A stream that was given to another patient would give them its readings. */
  async #compareStreams(): Promise<void> {
    const rows = await this.#database
      .selectFrom('streams')
      .leftJoin('patients', 'patients.number', 'streams.patient')
      .select(['streams.number', 'streams.source', 'streams.channel', 'patients.identity'])
      .execute();
    for (const { number, source, channel, identity } of rows) {
      const logged = this.#streams.get(number);
      if (logged === undefined) {
        this.#find('added', `the stream ${number} of ${source} is in the store, and the log has none such`);
      } else if (
        logged.source !== source ||
        logged.channel !== bytesToHex(channel) ||
        (identity !== null && logged.patient !== patientName(identity))
      ) {
        this.#find('edited', `the stream ${number} of ${logged.patient} was edited in the store`);
      }
    }
  }

  /** @returns how many went as the log says */
  #judgeMissing(removed: RemovedRanges): number {
    let gone = 0;
    for (const reading of this.#missing) {
      if (removed.has(reading.stream, reading.sequence)) gone += 1;
      else this.#find('removed', `${this.#nameOf(reading)} was removed from the store`, reading.entry);
    }
    return gone;
  }

  /** @returns how many are older than the log */
  async #findAdded(): Promise<number> {
    const { readings, through } = this.#olderThanLog;
    const older = await this.#count(through);
    if (older > readings) {
      this.#find('added', `${older - readings} readings were added among those that are older than the log`);
    }
    const counts = await this.#database
      .selectFrom('readings')
      .select((select) => ['stream', select.fn.countAll<number>().as('count')])
      .where('number', '>', through)
      .groupBy('stream')
      .execute();
    const more = counts.filter(({ stream, count }) => Number(count) > (this.#present.get(stream) ?? 0));
    // A few name the deed: each keeps in memory all that the log has of its stream.
    if (more.length > 0)
      await this.#nameAdded(new Set(more.slice(0, mostFindings).map(({ stream }) => stream)), through);
    return older;
  }

  async #count(through: number): Promise<number> {
    const { count } = await this.#database
      .selectFrom('readings')
      .select((select) => select.fn.countAll<number>().as('count'))
      .where('number', '<=', through)
      .executeTakeFirstOrThrow();
    return Number(count);
  }

  async #nameAdded(streams: ReadonlySet<number>, through: number): Promise<void> {
    const logged = new Map<number, Set<number>>([...streams].map((stream) => [stream, new Set()]));
    for await (const { entry } of this.#reader.entries(0, this.#size)) {
      if (!entry.includes('"kind":"readings-stored"')) continue;
      for (const { stream, sequence } of storedReadings(decodeEntry(entry))) logged.get(stream)?.add(sequence);
    }
    for (const [stream, known] of logged) {
      const rows = await this.#database
        .selectFrom('readings')
        .select('sequence')
        .where('stream', '=', stream)
        .where('number', '>', through)
        .orderBy('sequence')
        .execute();
      for (const { sequence } of rows) {
        if (known.has(sequence)) continue;
        this.#find('added', `${this.#nameOf({ stream, sequence })} is in the store, and the log does not have it`);
      }
    }
  }

  #nameOf({ stream, sequence }: Pick<Expected, 'stream' | 'sequence'>): string {
    const { patient, source } = this.#streams.get(stream) ?? { patient: 'nobody', source: `stream ${stream}` };
    return `reading ${sequence} of ${source} for ${patient}`;
  }

  #find(damage: StoreFinding['damage'], line: string, entry?: number): void {
    if (this.#findings.length >= mostFindings) return;
    this.#findings.push(
      entry === undefined ? { damage, line } : { damage, entry, line: `${line}: see entry ${entry}` },
    );
  }
}
