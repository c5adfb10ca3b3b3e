/** The replay windows of one group as they will stand after its commit. Those in memory change only then. */
import type { ReplayWindow } from '@vitalseal/protocol';
import type { OpenChannel } from '../channels/open-channel.ts';
import type { Database } from '../store/batch-statement.ts';
import type { Store } from '../store/open-store.ts';

export class ReplayDraft {
  readonly #store: Store;
  readonly #db: Database;
  readonly #windows = new Map<OpenChannel, ReplayWindow>();

  constructor(store: Store, db: Database) {
    this.#store = store;
    this.#db = db;
  }

  /** Whether the record's counter is new on its channel; if so it is now taken. */
  async accept(channel: OpenChannel, sequence: number): Promise<'fresh' | 'seen' | 'too-old'> {
    const drafted = this.#windows.get(channel);
    const window = drafted ?? channel.window ?? (await this.#readAgain(channel));
    const verdict = window.check(sequence);
    if (verdict !== 'fresh') return verdict;
    if (drafted === undefined) this.#windows.set(channel, window.accepting(sequence));
    else drafted.accept(sequence);
    return verdict;
  }

  async save(): Promise<void> {
    const rows = [...this.#windows].map(([channel, window]) => ({ channel: channel.id, window: window.encode() }));
    if (rows.length > 0) await this.#store.channels.saveWindows(this.#db, rows);
  }

  committed(): void {
    for (const [channel, window] of this.#windows) channel.windowCommitted(window);
  }

  async #readAgain(channel: OpenChannel): Promise<ReplayWindow> {
    const found = await this.#store.channels.find(channel.id, this.#db);
    return channel.windowReadAgain(found?.window ?? null);
  }
}
