// The card's non-volatile memory: named values, changed together or not at all.

import type { Awaitable, Bytes } from '@vitalseal/protocol';

/** One named value after the commit; `null` removes it. */
export interface Change {
  readonly name: string;
  readonly value: Bytes | null;
}

/**
 * `growth` takes a reading in, and is refused while a reserve is still left; `upkeep` is all the rest, and may use the
 * reserve. Without it a full store could not shake hands with the hospital that would empty it. After `erasure` no copy
 * of what was removed, by this commit or before it, is left in the storage itself.
 */
export type CommitPurpose = 'growth' | 'upkeep' | 'erasure';

/**
 * Power lost at any moment of `commit` leaves all of the changes or none of them; when it returns, they outlive power
 * loss. A commit that throws has either happened or not: the caller must read again before it goes on.
 */
export interface ElementStorage {
  read(name: string): Awaitable<Bytes | undefined>;
  /** Where a read has a price of its own, many share it; see `readAll`. */
  readAll?(names: readonly string[]): Awaitable<(Bytes | undefined)[]>;
  /** Names that begin with the prefix, in byte order. */
  list(prefix: string): Awaitable<string[]>;
  /** @throws SecureElementError `storage-full` or `storage-failed` */
  commit(changes: readonly Change[], purpose?: CommitPurpose): Awaitable<void>;
  close(): Awaitable<void>;
}
