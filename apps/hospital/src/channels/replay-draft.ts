/** The replay windows of one moment as they will stand after its commit. Those in memory change only then. */
import type { ReplayWindow } from '@vitalseal/protocol';
import type { Database } from '../store/batch-statement.ts';
import type { Store } from '../store/open-store.ts';
import type { OpenChannel } from './open-channel.ts';

export type ReplayVerdict = 'fresh' | 'seen' | 'too-old';

export class ReplayDraft {
  readonly #store: Store;
  readonly #windows = new Map<OpenChannel, ReplayWindow>();

  constructor(store: Store) {
    this.#store = store;
  }

  /** Whether the record's counter is new on its channel; if so it is now taken. */
  async accept(db: Database, channel: OpenChannel, sequence: number): Promise<ReplayVerdict> {
    if (channel.window === undefined && !this.#windows.has(channel)) await this.#readAgain(db, channel);
    return this.acceptKnown(channel, sequence) ?? 'too-old';
  }

  /** As `accept`, without a wait; undefined where the window must be read from the store first. */
  acceptKnown(channel: OpenChannel, sequence: number): ReplayVerdict | undefined {
    const drafted = this.#windows.get(channel);
    const window = drafted ?? channel.window;
    if (window === undefined) return undefined;
    const verdict = window.check(sequence);
    if (verdict !== 'fresh') return verdict;
    if (drafted === undefined) this.#windows.set(channel, window.accepting(sequence));
    else drafted.accept(sequence);
    return verdict;
  }

  async save(db: Database): Promise<void> {
    const rows = [...this.#windows].map(([channel, window]) => ({ channel: channel.id, window: window.encode() }));
    if (rows.length > 0) await this.#store.channels.saveWindows(db, rows);
  }

  committed(): void {
    for (const [channel, window] of this.#windows) channel.windowCommitted(window);
  }

  /** The commit failed, perhaps after it had reached the disk. */
  abandoned(): void {
    for (const channel of this.#windows.keys()) channel.windowUnknown();
  }

  async #readAgain(db: Database, channel: OpenChannel): Promise<ReplayWindow> {
    const found = await this.#store.channels.find(channel.id, db);
    return channel.windowReadAgain(found?.window ?? null);
  }
}
