/**
 * Group commit: the requests of one moment share a transaction, so that they share its wait for the disk, which costs
 * more than all else that is done for a reading.
 */
import type { Turnstile } from './turnstile.ts';

interface Waiting<Request, Outcome> {
  readonly request: Request;
  readonly size: number;
  resolve(outcome: Outcome): void;
  reject(reason: unknown): void;
}

export interface GroupCommitOptions<Request, Outcome> {
  readonly turnstile: Turnstile;
  /** Commits a group and says what became of each of its requests, in their order. */
  readonly commit: (requests: readonly Request[]) => Promise<readonly Outcome[]>;
  /** A group is closed when its requests have this many rows in all. */
  readonly rowLimit: number;
}

export class GroupCommit<Request, Outcome> {
  readonly #options: GroupCommitOptions<Request, Outcome>;
  #waiting: Waiting<Request, Outcome>[] = [];
  #scheduled = false;

  constructor(options: GroupCommitOptions<Request, Outcome>) {
    this.#options = options;
  }

  /** `size`: how many rows the request brings. Rejects if its group could not be committed. */
  submit(request: Request, size: number): Promise<Outcome> {
    const outcome = new Promise<Outcome>((resolve, reject) => {
      this.#waiting.push({ request, size, resolve, reject });
    });
    this.#schedule();
    return outcome;
  }

  #schedule(): void {
    if (this.#scheduled || this.#waiting.length === 0) return;
    this.#scheduled = true;
    // Not in a microtask: whatever else has already arrived at the sockets is to join the group.
    setImmediate(() => {
      void this.#options.turnstile.run(() => this.#commitOneGroup());
    });
  }

  async #commitOneGroup(): Promise<void> {
    const group = this.#takeGroup();
    this.#scheduled = false;
    this.#schedule();
    try {
      const outcomes = await this.#options.commit(group.map((waiting) => waiting.request));
      if (outcomes.length !== group.length) throw new Error('expected one outcome a request');
      for (const [index, waiting] of group.entries()) waiting.resolve(outcomes[index] as Outcome);
    } catch (error) {
      for (const waiting of group) waiting.reject(error);
    }
  }

  #takeGroup(): Waiting<Request, Outcome>[] {
    let rows = 0;
    let taken = 0;
    for (const { size } of this.#waiting) {
      if (taken > 0 && rows + size > this.#options.rowLimit) break;
      rows += size;
      taken += 1;
    }
    const group = this.#waiting.slice(0, taken);
    this.#waiting = this.#waiting.slice(taken);
    return group;
  }
}
