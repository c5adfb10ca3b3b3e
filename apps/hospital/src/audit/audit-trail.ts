/**
 * The audit log's end that grows. An act is appended within the transaction that does it: both stand or neither. What a
 * transaction appends is written once, as its last statement, so that the log's head is locked for no longer than the commit
 * takes, and by nobody who still waits for another row.
 */
import { type AuditAct, type CheckedAct, checkAct, entryLine } from '@vitalseal/audit';
import type { Database } from '../store/batch-statement.ts';
import type { Blob } from '../store/schema.ts';
import { leafHashOf } from './leaf-hash.ts';
import type { AppendedEntry, Head, LogRows } from './log-rows.ts';

export interface AuditTrailOptions {
  readonly rows: LogRows;
  /** A transaction of the store, whose appended acts are written at its end. */
  readonly transaction: <Result>(work: (db: Database) => Promise<Result>) => Promise<Result>;
  /** UTC ms. Never the clock of a replay. */
  readonly now?: () => number;
}

/** How many acts wait for a store that is down, and how long until it is asked again. */
const mostWaiting = 10_000;
const againAfterMs = 1000;
/** While the key is away no checkpoint is signed: what is remembered of one's own entries must have an end. */
const mostOwn = 100_000;

export class AuditTrail {
  readonly #options: AuditTrailOptions;
  readonly #later: CheckedAct[] = [];
  #recording: Promise<void> | undefined;
  readonly #waiting = new WeakMap<Database, CheckedAct[]>();
  readonly #written = new WeakMap<Database, Written>();
  /** Leaf hashes of what this process has appended and no checkpoint vouches for yet: nobody can alter them by hand. */
  readonly #own = new Map<number, Blob>();
  /** The head as this process last left it. Another process may have gone on since: the store decides. */
  #head: Head | undefined;

  constructor(options: AuditTrailOptions) {
    this.#options = options;
  }

  /**
   * Stands in the log when the transaction is committed.
   * @throws AuditError `audit-act-refused`; Error for a database that is no transaction of the store
   */
  append(db: Database, ...acts: readonly AuditAct[]): void {
    this.appendChecked(db, ...acts.map(checkAct));
  }

  /** As `append`, for what the caller has brought into its one form. */
  appendChecked(db: Database, ...acts: readonly CheckedAct[]): void {
    const waiting = this.#waiting.get(db);
    if (waiting === undefined) throw new Error('expected a transaction of the store to append to the log in');
    waiting.push(...acts);
  }

  /** What happens outside of every transaction: an access, a refusal, a start. */
  record(...acts: readonly AuditAct[]): Promise<void> {
    return this.#options.transaction(async (db) => this.append(db, ...acts));
  }

  /**
   * As `record`, without waiting: for what is seen while it happens. It is tried again until it stands in the log.
   */
  later(...acts: readonly AuditAct[]): void {
    this.#later.push(...acts.map(checkAct));
    this.#recording ??= this.#recordLater();
  }

  /** Resolves when what `later` took was tried. */
  async idle(): Promise<void> {
    await this.#recording;
  }

  async #recordLater(): Promise<void> {
    // What comes in the same moment shares a transaction.
    await new Promise((resolve) => setImmediate(resolve));
    const acts = this.#later.splice(0);
    try {
      await this.#options.transaction(async (db) => this.appendChecked(db, ...acts));
    } catch {
      this.#later.unshift(...acts.slice(-mostWaiting));
      setTimeout(() => {
        this.#recording ??= this.#recordLater();
      }, againAfterMs).unref();
      this.#recording = undefined;
      return;
    }
    this.#recording = this.#later.length === 0 ? undefined : this.#recordLater();
  }

  /** The store's transaction begins. */
  begin(db: Database): void {
    this.#waiting.set(db, []);
  }

  /**
   * The store's transaction is about to be committed.
   * @param isRepeated whether the transaction may fail over what another process has appended, since it is done again then
   */
  async write(db: Database, isRepeated = false): Promise<void> {
    const acts = this.#waiting.get(db);
    this.#waiting.delete(db);
    if (acts === undefined || acts.length === 0) return;
    const { rows, now = Date.now } = this.#options;
    const at = now();
    const guessed = this.#head;
    if (guessed !== undefined) {
      const { entries, head } = chained(acts, guessed, at);
      if (isRepeated && (await rows.appendWithCommit(db, guessed, entries, head))) {
        // Nobody guesses from here on before it is committed.
        this.#head = undefined;
        this.#written.set(db, { entries, head });
        return;
      }
      if (await rows.appendAfter(db, guessed, entries, head)) {
        this.#head = head;
        this.#written.set(db, { entries, head });
        return;
      }
    }
    const locked = await rows.lockHead(db);
    const { entries, head } = chained(acts, locked, at);
    await rows.append(db, entries, head);
    this.#head = head;
    this.#written.set(db, { entries, head });
  }

  /** The store's transaction was committed. */
  committed(db: Database): void {
    const written = this.#written.get(db);
    if (written === undefined) return;
    for (const { number, leaf } of written.entries) {
      this.#own.set(number, leaf);
      if (this.#own.size <= mostOwn) continue;
      const [oldest] = this.#own.keys();
      if (oldest !== undefined) this.#own.delete(oldest);
    }
    if (this.#head === undefined || this.#head.size < written.head.size) this.#head = written.head;
    this.#written.delete(db);
  }

  /** What this process appended at that place, if no checkpoint vouches for it yet. */
  ownLeaf(number: number): Blob | undefined {
    return this.#own.get(number);
  }

  /** Places of `ownLeaf`, in their order. */
  ownNumbers(): number[] {
    return [...this.#own.keys()].sort((one, other) => one - other);
  }

  /** A checkpoint vouches for all before `size`. */
  vouched(size: number): void {
    for (const number of this.#own.keys()) if (number < size) this.#own.delete(number);
  }
}

interface Written {
  readonly entries: readonly AppendedEntry[];
  readonly head: Head;
}

function chained(acts: readonly CheckedAct[], from: Head, at: number): { entries: AppendedEntry[]; head: Head } {
  const entries: AppendedEntry[] = [];
  let { size, last } = from;
  for (const act of acts) {
    const entry = entryLine({ index: size, previous: last, at }, act);
    last = leafHashOf(entry);
    entries.push({ number: size, leaf: bytesOf(last), entry });
    size += 1;
  }
  return { entries, head: { size, last } };
}

function bytesOf(base64: string): Blob {
  return new Uint8Array(Buffer.from(base64, 'base64'));
}
