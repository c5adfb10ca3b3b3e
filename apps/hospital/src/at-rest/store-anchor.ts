/**
 * Keeps the proof that the store is the newest there was: a mark in it that counts up while the hospital serves, the same in
 * a file of the data folder, and the key store's counter at each start, each stop, and once an hour between.
 */
import { systemActor } from '../audit/acts.ts';
import { putCheckpointAside } from '../audit/kept-checkpoint.ts';
import type { KeyCounter } from '../keys/key-store.ts';
import type { Database } from '../store/batch-statement.ts';
import type { Store } from '../store/open-store.ts';
import { endRestore, isRestoring } from './backup/restore-backup.ts';
import { eraseAgain } from './erasures.ts';
import { type Anchor, judgeStore, type StoreMark, type Verdict } from './judge-store.ts';
import { readSealedFile, writeSealedFile } from './sealed-file.ts';
import type { WrappingKeys } from './wrapping.ts';

export interface StoreAnchorOptions {
  readonly store: Store;
  readonly dataDir: string;
  readonly counter: KeyCounter;
  readonly wrappingKeys: () => Promise<WrappingKeys>;
  /** Told of a key store whose counter does not answer: the hospital serves on, and it is asked again. */
  readonly onProblem?: (error: unknown) => void;
}

export interface Rollback {
  readonly reason: Exclude<Verdict, 'first' | 'believed'>;
  /** Readings that were stored, and are not in the store any more: at most so many. */
  readonly readingsMissing: number;
  /** UTC ms, the machine's own clock. */
  readonly at: number;
}

const setting = 'anchor';
export const anchorFile = 'anchor';
const advanceEveryMs = 3_600_000;
const retryEveryMs = 60_000;

export class StoreAnchor {
  readonly #options: StoreAnchorOptions;
  #mark: StoreMark;
  /** What the store was asked to hold, where its answer was lost. */
  #unanswered: StoreMark | undefined;
  /** The mark that the file holds: the store is never more than one ahead of it. */
  #anchored: number;
  #advanceAt = 0;
  readonly rollback: Rollback | undefined;

  private constructor(
    options: StoreAnchorOptions,
    { mark, anchored, rollback }: { mark: StoreMark; anchored: number; rollback?: Rollback | undefined },
  ) {
    this.#options = options;
    this.#mark = mark;
    this.#anchored = anchored;
    this.rollback = rollback;
  }

  /**
   * Before anything is taken from the store: unless it is the newest there was, its channels are closed, so that every peer
   * shakes hands anew, and that stands in the audit log.
   */
  static async take(options: StoreAnchorOptions): Promise<StoreAnchor> {
    const { store, dataDir, counter, wrappingKeys } = options;
    const before = readMark(await store.settings.get(setting));
    const anchor = readAnchor(readSealedFile(dataDir, anchorFile, await wrappingKeys()));
    const count = await counter.read();
    const verdict = judgeStore({ store: before, anchor, counter: count });
    const known = anchor === 'refused' ? undefined : anchor;
    const rollback =
      verdict === 'believed' || verdict === 'first'
        ? undefined
        : { reason: verdict, readingsMissing: await missing(store, known), at: Date.now() };
    const anchored = Math.max(before?.mark ?? 0, known?.mark ?? 0);
    const mark = { counter: count, mark: anchored + 1, advancing: false };
    // Level with the store before that goes on, or two crashes in a row would look like an anchor that was put back.
    if (verdict === 'believed') await writeAnchorFile(options, { counter: count, mark: anchored });
    await store.transaction(async (db) => {
      if (verdict !== 'believed') await closeChannels(store, db, rollback);
      await store.settings.set(setting, writeMark(mark), db);
    });
    // Also what a restore that was cut short behind its commit has left to do.
    const isOther = rollback !== undefined || (await isRestoring(store));
    if (isOther) putCheckpointAside(dataDir);
    // Without the list of the erased a hospital serves all the same: nobody's care waits for it.
    if (isOther) {
      await eraseAgain(store, dataDir, await wrappingKeys(), systemActor).catch(options.onProblem ?? (() => undefined));
    }
    await endRestore(store.database);
    const made = new StoreAnchor(options, { mark, anchored, rollback });
    await made.#level();
    await made.#advance();
    return made;
  }

  /** After `restore`: the store is what it is meant to be, and has no channels. */
  static async settle(options: StoreAnchorOptions): Promise<void> {
    const known = readAnchor(readSealedFile(options.dataDir, anchorFile, await options.wrappingKeys()));
    const mark = (known === 'refused' ? undefined : known)?.mark ?? 0;
    const settled = { counter: await options.counter.read(), mark: mark + 1, advancing: false };
    await options.store.settings.set(setting, writeMark(settled));
    await writeAnchorFile(options, settled);
    await endRestore(options.store.database);
  }

  /**
   * A step further, every few seconds.
   * @returns false where the store under the hospital is another than it was a step ago
   */
  async step(): Promise<boolean> {
    await this.#level();
    const moved = await this.#move({ ...this.#mark, mark: this.#mark.mark + 1 });
    if (!moved) return false;
    await this.#level();
    if (Date.now() > this.#advanceAt) await this.#advance();
    return true;
  }

  /** The last step of an orderly stop: a copy of the folder that was made before is older than this. */
  async end(): Promise<void> {
    if (await this.step()) await this.#advance();
  }

  async #advance(): Promise<void> {
    const { counter, onProblem } = this.#options;
    const before = this.#mark;
    this.#advanceAt = Date.now() + retryEveryMs;
    if (!before.advancing && !(await this.#move({ ...before, advancing: true }))) return;
    let advanced: bigint;
    try {
      // One that was cut short may have come to its end all the same.
      const count = before.advancing ? await counter.read() : before.counter;
      advanced = count === before.counter ? await counter.advance() : count;
    } catch (error) {
      onProblem?.(error);
      return;
    }
    this.#advanceAt = Date.now() + advanceEveryMs;
    await this.#move({ counter: advanced, mark: this.#mark.mark + 1, advancing: false });
    await this.#level();
  }

  async #move(to: StoreMark): Promise<boolean> {
    const { store } = this.#options;
    if (this.#unanswered !== undefined) {
      // Whether the store took the last one is not known: what it says now does.
      const stored = await store.settings.get(setting);
      if (stored === writeMark(this.#unanswered)) this.#mark = this.#unanswered;
      this.#unanswered = undefined;
      return this.#move({ ...to, mark: Math.max(to.mark, this.#mark.mark + 1) });
    }
    this.#unanswered = to;
    const rows = await store.database
      .updateTable('settings')
      .set({ value: writeMark(to) })
      .where('name', '=', setting)
      .where('value', '=', writeMark(this.#mark))
      .returning('name')
      .execute();
    this.#unanswered = undefined;
    if (rows.length === 0) return false;
    this.#mark = to;
    return true;
  }

  async #level(): Promise<void> {
    if (this.#anchored === this.#mark.mark) return;
    await writeAnchorFile(this.#options, this.#mark);
    this.#anchored = this.#mark.mark;
  }
}

async function writeAnchorFile(
  { store, dataDir, wrappingKeys }: StoreAnchorOptions,
  { counter, mark }: Pick<StoreMark, 'counter' | 'mark'>,
): Promise<void> {
  const anchor: Anchor = { counter, mark, reading: await newestReading(store) };
  await writeSealedFile(dataDir, anchorFile, writeAnchor(anchor), await wrappingKeys());
}

async function newestReading(store: Store): Promise<number> {
  const row = await store.database
    .selectFrom('readings')
    .select((select) => select.fn.max('number').as('number'))
    .executeTakeFirst();
  return row?.number ?? 0;
}

async function missing(store: Store, anchor: Anchor | undefined): Promise<number> {
  return Math.max(0, (anchor?.reading ?? 0) - (await newestReading(store)));
}

async function closeChannels(store: Store, db: Database, rollback: Rollback | undefined): Promise<void> {
  await db.deleteFrom('replay_windows').execute();
  await db.deleteFrom('channels').execute();
  if (rollback === undefined) return;
  const { reason, readingsMissing } = rollback;
  store.audit.append(db, { kind: 'rollback-detected', actor: systemActor, what: { reason, readingsMissing } });
}

function writeMark({ counter, mark, advancing }: StoreMark): string {
  return `${counter} ${mark} ${advancing ? 'advancing' : 'settled'}`;
}

/** What cannot be read counts as not being there. */
export function readMark(text: string | undefined): StoreMark | undefined {
  const [, counter, mark, state] = /^(\d{1,20}) (\d{1,15}) (advancing|settled)$/.exec(text ?? '') ?? [];
  if (counter === undefined) return undefined;
  return { counter: BigInt(counter), mark: Number(mark), advancing: state === 'advancing' };
}

function writeAnchor({ counter, mark, reading }: Anchor): string {
  return `${counter} ${mark} ${reading}`;
}

export function readAnchor(text: string | undefined | 'refused'): Anchor | undefined | 'refused' {
  if (text === undefined) return undefined;
  const [, counter, mark, reading] = /^(\d{1,20}) (\d{1,15}) (\d{1,15})$/.exec(text) ?? [];
  if (counter === undefined) return 'refused';
  return { counter: BigInt(counter), mark: Number(mark), reading: Number(reading) };
}
