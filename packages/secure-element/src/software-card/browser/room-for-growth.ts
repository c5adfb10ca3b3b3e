// Whether the browser's store has room for one more reading, besides a reserve for handshakes, acknowledgements and counters:
// a full store could not shake hands with the hospital that would empty it.

import { SecureElementError } from '../../errors.ts';
import type { Change } from '../../storage/element-storage.ts';

const reservedBytes = 16 << 20;
/** Others fill the same disk; a sensor's backlog is a thousand commits. */
const believedMs = 500;
/** Bytes on the disk for each of a value: the browser writes a log first. */
const writtenFor = 3;

export class RoomForGrowth {
  readonly #file: string;
  #askedAt = Number.NEGATIVE_INFINITY;
  #hasRoom = false;
  /** Since it was asked. */
  #written = 0;

  /** @param name of the card's database */
  constructor(name: string) {
    this.#file = `${name}-room`;
  }

  /** @throws SecureElementError `storage-full` */
  async expectFor(changes: readonly Change[]): Promise<void> {
    for (const { value } of changes) this.#written += writtenFor * (value?.length ?? 0);
    if (performance.now() - this.#askedAt > believedMs || this.#written > reservedBytes / 2) await this.#ask();
    if (this.#hasRoom) return;
    throw new SecureElementError('storage-full', 'expected room for one more reading besides the reserve');
  }

  async #ask(): Promise<void> {
    const { quota = Number.POSITIVE_INFINITY, usage = 0 } = await navigator.storage.estimate();
    this.#hasRoom = quota - usage >= reservedBytes && (await this.#canGrow());
    this.#askedAt = performance.now();
    this.#written = 0;
  }

  /**
   * Chromium tells every page the same quota, whatever there is, so that pages are not told apart by it; and looks at what a
   * database has written long after. A file of its own it does not let grow past what there is.
   */
  async #canGrow(): Promise<boolean> {
    let file: SynchronousFile | undefined;
    try {
      const folder = await navigator.storage.getDirectory();
      const handle: FileSystemFileHandle & WithSynchronousFile = await folder.getFileHandle(this.#file, {
        create: true,
      });
      file = await handle.createSyncAccessHandle?.();
      file?.truncate(reservedBytes);
      file?.truncate(0);
      return true;
    } catch (error) {
      // A browser without such files is believed, and says what does not fit when it does not.
      return !(error instanceof DOMException && error.name === 'QuotaExceededError');
    } finally {
      file?.close();
    }
  }
}

/** In Workers alone, and not in each browser; the types of pages do not have it. */
interface WithSynchronousFile {
  createSyncAccessHandle?(): Promise<SynchronousFile>;
}

interface SynchronousFile {
  truncate(bytes: number): void;
  close(): void;
}
