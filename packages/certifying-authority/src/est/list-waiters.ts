// Who waits for the next revocation list. One look at the store serves them all, however many wait.
import type { Authority } from '../authority/authority.ts';

type CurrentList = Awaited<ReturnType<Authority['crl']>>;

interface Waiter {
  readonly after: number;
  readonly answer: (list: CurrentList | undefined) => void;
}

/** More are answered at once: a held request costs memory and a socket. */
const mostWaiters = 1000;

export class ListWaiters {
  readonly #authority: Authority;
  readonly #waiters = new Set<Waiter>();
  readonly #stop: () => void;
  #looking = false;
  #changed = false;

  constructor(authority: Authority) {
    this.#authority = authority;
    this.#stop = authority.watch(() => void this.#look());
  }

  /** The list if its number is not `after`, otherwise the next; undefined when none came in time. */
  async next(
    after: number,
    { timeout, signal }: { timeout: number; signal?: AbortSignal | undefined },
  ): Promise<CurrentList | undefined> {
    const { promise, resolve } = Promise.withResolvers<CurrentList | undefined>();
    const waiter: Waiter = { after, answer: resolve };
    const giveUp = (): void => resolve(undefined);
    // Entered before looking: a revocation in between is not missed.
    this.#waiters.add(waiter);
    const timer = setTimeout(giveUp, timeout);
    signal?.addEventListener('abort', giveUp, { once: true });
    try {
      const current = await this.#authority.crl();
      // Also when the asker's number is larger: it must learn that this authority forgot.
      if (current.number !== after) return current;
      if (this.#waiters.size > mostWaiters || signal?.aborted === true) return undefined;
      return await promise;
    } finally {
      clearTimeout(timer);
      signal?.removeEventListener('abort', giveUp);
      this.#waiters.delete(waiter);
    }
  }

  close(): void {
    this.#stop();
    for (const { answer } of this.#waiters) answer(undefined);
  }

  async #look(): Promise<void> {
    this.#changed = true;
    if (this.#looking || this.#waiters.size === 0) return;
    this.#looking = true;
    try {
      while (this.#changed) {
        this.#changed = false;
        const current = await this.#authority.crl();
        for (const { after, answer } of this.#waiters) if (current.number !== after) answer(current);
      }
    } catch {
      // A store that cannot be read now: the waiters time out, ask again, and that request reports the error.
    } finally {
      this.#looking = false;
    }
  }
}
