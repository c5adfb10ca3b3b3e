/**
 * The live store held against the log: a reading that was edited, removed or added in the database by hand is found, and
 * named by its patient, its sensor and its number there. Rows are held against the digest of their run; where that does
 * not fit, each row's record tells which of them was edited.
 */
import { type AuditEntry, decodeEntry, storedRuns } from '@vitalseal/audit';
import { bytesToHex } from '@vitalseal/protocol';
import { sql } from 'kysely';
import { ReadingOpener } from '../at-rest/reading-opener.ts';
import { asOfNow } from '../store/as-of-now.ts';
import type { Database } from '../store/batch-statement.ts';
import type { Store } from '../store/open-store.ts';
import type { WhatOpens } from '../store/readings.ts';
import { patientName } from './acts.ts';
import { LogReader } from './log-reader.ts';
import { type RemovedRanges, removedRanges } from './removed-ranges.ts';
import { type DigestedRow, RunDigest } from './run-digest.ts';

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
  readonly count: number;
  readonly digest: string;
  readonly entry: number;
}

interface Missing {
  readonly stream: number;
  readonly sequence: number;
  readonly entry: number;
}

interface FoundRow extends DigestedRow {
  readonly stream: number;
  readonly sequence: number;
}

const batch = 500;
const mostFindings = 100;

/** Of one moment: readings that come meanwhile, or go, are no finding. */
export function checkStore(store: Pick<Store, 'database' | 'kind' | 'sealing' | 'readingKeys'>): Promise<StoreVerdict> {
  return asOfNow(store, (db) => new StoreCheck(db, store).run());
}

class StoreCheck {
  readonly #database: Database;
  readonly #whatOpens: WhatOpens;
  readonly #digest = new RunDigest();
  readonly #reader: LogReader;
  readonly #streams = new Map<number, Origin>();
  /** Of each stream: how many of the readings that the log has are in the store. */
  readonly #present = new Map<number, number>();
  readonly #missing: Missing[] = [];
  readonly #removals: AuditEntry[] = [];
  readonly #findings: StoreFinding[] = [];
  #expected: Expected[] = [];
  #expectedReadings = 0;
  /** How long the log is. */
  #size = 0;
  #sound = 0;
  #olderThanLog = { readings: 0, through: 0 };

  constructor(database: Database, whatOpens: WhatOpens) {
    this.#database = database;
    this.#whatOpens = whatOpens;
    this.#reader = new LogReader(database);
  }

  async run(): Promise<StoreVerdict> {
    this.#size = (await this.#reader.head()).size;
    for await (const { number, entry } of this.#reader.entries(0, this.#size)) {
      this.#take(number, decodeEntry(entry));
      if (this.#expectedReadings >= batch) await this.#compare();
    }
    await this.#compare();
    await this.#compareStreams();
    const gone = this.#judgeMissing(removedRanges(this.#removals));
    const beforeLog = await this.#findAdded();
    return { sound: this.#sound, gone, beforeLog, findings: this.#findings };
  }

  #take(number: number, entry: AuditEntry): void {
    const { kind, what, patient } = entry;
    if (kind === 'readings-stored') {
      for (const { stream, sequence, count, digest } of storedRuns(entry)) {
        this.#expected.push({ stream, sequence, count, digest, entry: number });
        this.#expectedReadings += count;
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

  async #compare(): Promise<void> {
    const expected = this.#expected;
    if (expected.length === 0) return;
    this.#expected = [];
    this.#expectedReadings = 0;
    // Of a thousand patients there are a thousand streams in a batch: a query for each would take as long as all else.
    const wanted = sql.join(
      expected.map(({ stream, sequence, count }) => {
        const [from, to] = [sequence, sequence + count - 1];
        return sql`(cast(${stream} as bigint), cast(${from} as bigint), cast(${to} as bigint))`;
      }),
    );
    const { rows: found } = await sql<FoundRow>`select stream, sequence, patient, measured_at, received_at, payload
      from (values ${wanted}) as wanted join readings
      on stream = wanted.column1 and sequence between wanted.column2 and wanted.column3`.execute(this.#database);
    const rows = new Map(found.map((row) => [`${row.stream} ${row.sequence}`, row]));
    for (const run of expected) await this.#compareRun(run, rows);
  }

  async #compareRun(run: Expected, rows: ReadonlyMap<string, FoundRow>): Promise<void> {
    const { stream, entry } = run;
    const present: FoundRow[] = [];
    for (let sequence = run.sequence; sequence < run.sequence + run.count; sequence++) {
      const row = rows.get(`${stream} ${sequence}`);
      if (row === undefined) this.#missing.push({ stream, sequence, entry });
      else present.push(row);
    }
    this.#present.set(stream, (this.#present.get(stream) ?? 0) + present.length);
    const isWhole = present.length === run.count;
    if (isWhole && this.#digestOf(present) === run.digest) {
      this.#sound += present.length;
      return;
    }
    const spoilt = await this.#spoiltOf(present);
    for (const row of spoilt) {
      this.#find('edited', `${this.#nameOf(row)} was edited in the store`, entry);
    }
    if (isWhole && spoilt.length === 0) {
      const last = run.sequence + run.count - 1;
      const which = run.count === 1 ? '' : `, or one of those up to ${last},`;
      this.#find(
        'edited',
        `${this.#nameOf(run)}${which} was edited in the store, in its time of receipt or sealed anew`,
        entry,
      );
      return;
    }
    this.#sound += present.length - spoilt.length;
  }

  #digestOf(rows: readonly FoundRow[]): string {
    for (const row of rows) this.#digest.take(row);
    return this.#digest.end();
  }

  /** Those that do not open in the place where they stand. */
  async #spoiltOf(rows: readonly FoundRow[]): Promise<FoundRow[]> {
    const opener = await ReadingOpener.of(this.#database, this.#whatOpens, rows);
    const spoilt: FoundRow[] = [];
    for (const row of rows) {
      // Of one who is being erased: nobody can open it, nor could have sealed it anew.
      if (!this.#whatOpens.sealing.has(row.patient)) continue;
      try {
        await opener.open(row);
      } catch {
        spoilt.push(row);
      }
    }
    return spoilt;
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
      for (const { stream, sequence, count } of storedRuns(decodeEntry(entry))) {
        const known = logged.get(stream);
        for (let at = 0; known !== undefined && at < count; at++) known.add(sequence + at);
      }
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

  #nameOf({ stream, sequence }: Pick<Missing, 'stream' | 'sequence'>): string {
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
