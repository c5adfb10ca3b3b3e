/**
 * Signs how far the log has come. The tree goes on from the last checkpoint, and that one is believed only under the log's
 * key. What is signed is what was appended: this process knows the hashes of its own entries, and each entry names the
 * one before it, so whoever edited an entry before it was signed is found here, by its number.
 */
import {
  AuditError,
  type Checkpoint,
  CompactRange,
  fromBase64,
  type NoteKey,
  noteKey,
  openCheckpoint,
  signCheckpoint,
  toBase64,
} from '@vitalseal/audit';
import { type Bytes, equalBytes } from '@vitalseal/protocol';
import { HospitalError } from '../errors.ts';
import type { SigningKey } from '../keys/key-store.ts';
import type { Store } from '../store/open-store.ts';
import { systemActor } from './acts.ts';
import { keepCheckpoint, readKeptCheckpoint } from './kept-checkpoint.ts';
import { leafHashOf } from './leaf-hash.ts';
import { LogReader } from './log-reader.ts';

const mostReported = 20;

export interface LogKeeperOptions {
  readonly store: Store;
  /** As it is now: it may be replaced. */
  readonly key: () => SigningKey;
  /** Where the copy of the newest checkpoint is kept. */
  readonly dataDir?: string | undefined;
  /** UTC ms. */
  readonly now?: () => number;
  readonly onDamaged?: (entries: readonly number[]) => void;
}

export interface SignedHead {
  readonly size: number;
  readonly range: CompactRange;
  readonly note: string;
}

export class LogKeeper {
  readonly #options: LogKeeperOptions;
  readonly #reader: LogReader;
  #turn: Promise<unknown> = Promise.resolve();
  /** What this process has signed last: no edit of the database reaches it. */
  #signed: Checkpoint | undefined;

  constructor(options: LogKeeperOptions) {
    this.#options = options;
    this.#reader = new LogReader(options.store.database);
  }

  /**
   * A checkpoint over all there is now; the last one, when nothing came since.
   * @throws HospitalError `audit-log-damaged`: entries are missing, or the log is not the one that was signed before;
   * `keys-unavailable`
   */
  sign(): Promise<SignedHead> {
    const turn = this.#turn.then(() => this.#sign());
    this.#turn = turn.catch(() => undefined);
    return turn;
  }

  /** The key as it signs notes of this log. */
  async noteKey(): Promise<NoteKey> {
    return noteKey(await this.#reader.origin(), this.#options.key().spki);
  }

  /**
   * Another key is to sign from now on. When this resolves, the old one has vouched for the entry that names the new one; then
   * the old one can go.
   */
  async changeKey(spki: Bytes, actor: string): Promise<void> {
    const what = { key: toBase64(spki), before: toBase64(this.#options.key().spki) };
    await this.#options.store.audit.record({ kind: 'log-key-changed', actor, what });
    await this.sign();
  }

  /** How far the newest checkpoint goes. */
  async signedSize(): Promise<number> {
    return (await this.#reader.lastCheckpoint())?.size ?? 0;
  }

  async #sign(): Promise<SignedHead> {
    const { store, now = Date.now } = this.#options;
    const key = await this.noteKey();
    const { size, last } = await this.#reader.head();
    const known = this.#known();
    if (known !== undefined && (known.origin !== key.name || known.size > size)) throw rewritten();
    // Not from a later one: whoever can write to the database can put there what was signed once.
    const signed = await this.#lastUnder(key, known?.size ?? size);
    const range = signed?.range ?? CompactRange.empty();
    await expectSame(range, known);
    if (signed?.size === size) return signed;
    const damaged = [...(await this.#alteredBefore(range.size)), ...(await this.#extend(range, size, last, known))];
    const root = await range.root();
    const checkpoint: Checkpoint = { origin: key.name, size, root };
    const note = await signCheckpoint(checkpoint, key, (bytes) => this.#options.key().sign(bytes));
    await store.database
      .insertInto('audit_checkpoints')
      .values({ size, range: range.encode(), note, signed_at: now() })
      .onConflict((conflict) => conflict.column('size').doNothing())
      .execute();
    store.audit.vouched(size);
    this.#signed = checkpoint;
    this.#keep(note);
    if (damaged.length > 0) await this.#report(damaged);
    return { size, range, note };
  }

  /**
   * How far the log was vouched for, as it is known outside of the database. Whoever rewrites the log there, and removes the
   * checkpoints that contradict it, is not to have it signed anew.
   */
  #known(): Checkpoint | undefined {
    const { dataDir } = this.#options;
    const kept = dataDir === undefined ? undefined : readKeptCheckpoint(dataDir);
    return (kept?.size ?? 0) > (this.#signed?.size ?? 0) ? kept : this.#signed;
  }

  /** The newest checkpoint that this key has signed and whose range leads to its root; undefined: from the beginning. */
  async #lastUnder(key: NoteKey, size: number): Promise<SignedHead | undefined> {
    const row = await this.#reader.lastCheckpoint(size);
    if (row === undefined) return undefined;
    try {
      const range = CompactRange.decode(row.size, new Uint8Array(row.range));
      const checkpoint = await openCheckpoint(row.note, key);
      const isSame = checkpoint.size === row.size && equalBytes(checkpoint.root, await range.root());
      return isSame ? { size: row.size, range, note: row.note } : undefined;
    } catch (error) {
      if (error instanceof AuditError) return undefined;
      throw error;
    }
  }

  /** Another process has signed meanwhile, and could not know what this one had appended. */
  async #alteredBefore(size: number): Promise<number[]> {
    const { audit } = this.#options.store;
    const own = audit.ownNumbers().filter((number) => number < size);
    const [first] = own;
    if (first === undefined) return [];
    const damaged: number[] = [];
    for await (const { number, entry } of this.#reader.entries(first, size)) {
      const leaf = audit.ownLeaf(number);
      if (leaf !== undefined && leafHashOf(entry) !== toBase64(leaf)) damaged.push(number);
    }
    return damaged;
  }

  /** Takes in what came since, and says which entries are no longer what was appended. */
  async #extend(range: CompactRange, size: number, last: string, known: Checkpoint | undefined): Promise<number[]> {
    const damaged: number[] = [];
    let held: { readonly number: number; readonly leaf: Bytes; readonly computed: Bytes } | undefined;
    const take = async (named: Bytes | undefined) => {
      if (held === undefined) return;
      const { number, leaf, computed } = held;
      const appended = this.#options.store.audit.ownLeaf(number) ?? named ?? leaf;
      await range.append(appended);
      await expectSame(range, known);
      if (!equalBytes(appended, computed) || !equalBytes(appended, leaf)) {
        damaged.push(number);
        await this.#restoreLeaf(number, appended);
      }
    };
    for await (const { number, leaf, entry } of this.#reader.entries(range.size, size)) {
      await take(namedByNext(entry));
      if (number !== range.size) throw missing(range.size);
      const computed = fromBase64(leafHashOf(entry)) ?? new Uint8Array();
      held = { number, leaf: new Uint8Array(leaf), computed };
    }
    await take(fromBase64(last));
    if (range.size !== size) throw missing(range.size);
    return damaged;
  }

  /** Beside the entry stands what was appended, so that whoever verifies the log is led to the entry itself. */
  async #restoreLeaf(number: number, leaf: Bytes): Promise<void> {
    const { database } = this.#options.store;
    await database.updateTable('audit_entries').set({ leaf }).where('number', '=', number).execute();
  }

  async #report(damaged: readonly number[]): Promise<void> {
    this.#options.onDamaged?.(damaged);
    const what = { entries: damaged.slice(0, mostReported), count: damaged.length };
    await this.#options.store.audit.record({ kind: 'log-damaged', actor: systemActor, what });
  }

  #keep(note: string): void {
    const { dataDir } = this.#options;
    if (dataDir !== undefined) keepCheckpoint(dataDir, note);
  }
}

/** What an entry says that the one before it was. */
function namedByNext(entry: string): Bytes | undefined {
  const [, previous] = /^\{"n":\d+,"prev":"([A-Za-z0-9+/]{43}=)",/.exec(entry) ?? [];
  return previous === undefined ? undefined : fromBase64(previous);
}

async function expectSame(range: CompactRange, known: Checkpoint | undefined): Promise<void> {
  if (known === undefined || range.size !== known.size) return;
  if (!equalBytes(await range.root(), known.root)) throw rewritten();
}

function rewritten(): HospitalError {
  return new HospitalError('audit-log-damaged', 'expected the log that was signed before');
}

function missing(number: number): HospitalError {
  return new HospitalError('audit-log-damaged', `expected entry ${number} of the log`);
}
