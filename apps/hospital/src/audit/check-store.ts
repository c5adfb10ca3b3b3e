/**
 * The live store held against the log: a reading that was edited, removed or added in the database by hand is found, and
 * named by its patient, its sensor and its number there. Rows are held against the digest of their run; where that does
 * not fit, each row's record tells which of them was edited. The keys that open the records are held against the rows that need
 * them, alarms against their lives, and who may see what against what was done for it. Takes memory for the streams and for what the log says was removed, never for each reading.
 */
import { type AuditEntry, decodeEntry, storedRuns } from '@vitalseal/audit';
import { bytesToHex } from '@vitalseal/protocol';
import { sql } from 'kysely';
import { ReadingOpener } from '../at-rest/reading-opener.ts';
import type { OnProgress } from '../at-rest/remove-readings.ts';
import { asOfNow } from '../store/as-of-now.ts';
import type { Database } from '../store/batch-statement.ts';
import type { DatabaseKind } from '../store/migrations/columns.ts';
import type { Store } from '../store/open-store.ts';
import type { WhatOpens } from '../store/readings.ts';
import { patientName } from './acts.ts';
import { AccessCheck } from './check-access.ts';
import { AlarmCheck } from './check-alarms.ts';
import { ReadingKeyCheck } from './check-reading-keys.ts';
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

interface ComparedRun {
  readonly run: Expected;
  /** Of its readings those that are in the store. */
  readonly present: readonly FoundRow[];
  readonly isWhole: boolean;
}

interface FoundRow extends DigestedRow {
  readonly stream: number;
  readonly sequence: number;
}

const batch = 500;
const mostFindings = 100;

/** Of one moment: readings that come meanwhile, or go, are no finding. @param onProgress is told how many readings were looked at */
export function checkStore(
  store: Pick<Store, 'database' | 'kind' | 'sealing' | 'readingKeys'>,
  onProgress?: OnProgress,
): Promise<StoreVerdict> {
  return asOfNow(store, (db) => new StoreCheck(db, store, store.kind, onProgress).run());
}

class StoreCheck {
  readonly #database: Database;
  readonly #kind: DatabaseKind;
  readonly #whatOpens: WhatOpens;
  readonly #digest = new RunDigest();
  readonly #reader: LogReader;
  readonly #streams = new Map<number, Origin>();
  /** Of each stream: how many of the readings that the log has are in the store. */
  readonly #present = new Map<number, number>();
  readonly #keys: ReadingKeyCheck;
  readonly #access: AccessCheck;
  readonly #alarms: AlarmCheck;
  readonly #onProgress: OnProgress | undefined;
  readonly #findings: StoreFinding[] = [];
  #expected: Expected[] = [];
  #expectedReadings = 0;
  /** How long the log is. */
  #size = 0;
  #sound = 0;
  #gone = 0;
  #looked = 0;
  #removed: RemovedRanges = removedRanges([]);
  #olderThanLog = { readings: 0, through: 0 };

  constructor(database: Database, whatOpens: WhatOpens, kind: DatabaseKind, onProgress?: OnProgress) {
    this.#database = database;
    this.#kind = kind;
    this.#whatOpens = whatOpens;
    this.#onProgress = onProgress;
    this.#keys = new ReadingKeyCheck(database, whatOpens, ({ damage, line }) => this.#find(damage, line));
    this.#access = new AccessCheck(database, ({ damage, line }) => this.#find(damage, line));
    this.#alarms = new AlarmCheck(database, ({ damage, line }) => this.#find(damage, line));
    this.#reader = new LogReader(database);
  }

  async run(): Promise<StoreVerdict> {
    this.#size = (await this.#reader.head()).size;
    this.#removed = removedRanges(await this.#reader.ofKind('readings-removed', this.#size));
    for await (const { number, entry } of this.#reader.entries(0, this.#size)) {
      this.#take(number, decodeEntry(entry));
      if (this.#expectedReadings >= batch) await this.#compare();
    }
    await this.#compare();
    await this.#compareStreams();
    const beforeLog = await this.#findAdded();
    await this.#keys.end();
    await this.#access.end();
    await this.#alarms.end();
    return { sound: this.#sound, gone: this.#gone, beforeLog, findings: this.#findings };
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
    } else if (kind === 'log-opened') {
      this.#olderThanLog = { readings: Number(what?.readings), through: Number(what?.through) };
      this.#access.take(entry);
    } else {
      this.#access.take(entry);
      this.#alarms.take(entry);
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
    const ofRun = sql`stream = wanted.column1 and sequence between wanted.column2 and wanted.column3`;
    const columns = sql`stream, sequence, patient, measured_at, received_at, payload`;
    // "offset 0": without statistics of the table PostgreSQL would read all of it for each batch, and not go by the index.
    const { rows: found } = await (this.#kind === 'postgresql'
      ? sql<FoundRow>`select found.* from (values ${wanted}) as wanted
          cross join lateral (select ${columns} from readings where ${ofRun} offset 0) as found`
      : sql<FoundRow>`select ${columns} from (values ${wanted}) as wanted join readings on ${ofRun}`
    ).execute(this.#database);
    const rows = new Map(found.map((row) => [`${row.stream} ${row.sequence}`, row]));
    const damaged: ComparedRun[] = [];
    const sound: FoundRow[] = [];
    for (const run of expected) {
      const present = this.#presentOf(run, rows);
      const isWhole = present.length === run.count;
      if (isWhole && this.#digestOf(present) === run.digest) sound.push(...present);
      else damaged.push({ run, present, isWhole });
    }
    this.#sound += sound.length;
    // By rows that are as they were: one whose patient was edited would ask for a key that there never was.
    await this.#keys.take(sound);
    for (const each of damaged) await this.#nameDamage(each);
    this.#looked += found.length;
    this.#onProgress?.(this.#looked);
  }

  #presentOf(run: Expected, rows: ReadonlyMap<string, FoundRow>): FoundRow[] {
    const { stream, entry } = run;
    const present: FoundRow[] = [];
    for (let sequence = run.sequence; sequence < run.sequence + run.count; sequence++) {
      const row = rows.get(`${stream} ${sequence}`);
      if (row !== undefined) present.push(row);
      else if (this.#removed.has(stream, sequence)) this.#gone += 1;
      else this.#find('removed', `${this.#nameOf({ stream, sequence })} was removed from the store`, entry);
    }
    this.#present.set(stream, (this.#present.get(stream) ?? 0) + present.length);
    return present;
  }

  async #nameDamage({ run, present, isWhole }: ComparedRun): Promise<void> {
    const { entry } = run;
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
      // Of one who is being erased: nobody can open it, nor could have sealed it anew. Of a key that is not sound it is told apart.
      if (!this.#whatOpens.sealing.has(row.patient) || this.#keys.isBad(row)) continue;
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

  #nameOf({ stream, sequence }: Pick<FoundRow, 'stream' | 'sequence'>): string {
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
