/**
 * Group commit: the requests of one moment share a transaction, so that they share its wait for the disk, which costs
 * more than all else that is done for a reading. Whoever brings few rows goes first: a reading of now does not queue
 * behind the backlogs of phones that were away, and a group that carries one is kept short. The others never stand
 * still, since every group has room for the largest request.
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
  /** A group is closed when its requests have this many rows in all: four times what the largest request brings. */
  readonly rowLimit: number;
}

/** How often the sockets are looked at before a group is closed though requests still come. */
const mostLooks = 4;

export class GroupCommit<Request, Outcome> {
  readonly #options: GroupCommitOptions<Request, Outcome>;
  readonly #few: Waiting<Request, Outcome>[] = [];
  readonly #many: Waiting<Request, Outcome>[] = [];
  #scheduled = false;
  #submitted = 0;

  constructor(options: GroupCommitOptions<Request, Outcome>) {
    this.#options = options;
  }

  /** `size`: how many rows the request brings. Rejects if its group could not be committed. */
  submit(request: Request, size: number): Promise<Outcome> {
    const outcome = new Promise<Outcome>((resolve, reject) => {
      const line = size <= this.#options.rowLimit / 64 ? this.#few : this.#many;
      line.push({ request, size, resolve, reject });
    });
    this.#submitted += 1;
    this.#schedule();
    return outcome;
  }

  #schedule(): void {
    if (this.#scheduled || this.#few.length + this.#many.length === 0) return;
    this.#scheduled = true;
    this.#whenNoneJoins(mostLooks);
  }

  /**
   * Whatever else has already arrived at the sockets is to join the group, and what arrives while that is read. Otherwise two
   * halves of the phones would take turns, each with a commit of its own while the other is answered.
   */
  #whenNoneJoins(looks: number): void {
    const before = this.#submitted;
    setImmediate(() => {
      if (this.#submitted > before && looks > 1) this.#whenNoneJoins(looks - 1);
      else void this.#options.turnstile.run(() => this.#commitOneGroup());
    });
  }

  async #commitOneGroup(): Promise<void> {
    const group = this.#takeGroup();
    this.#scheduled = false;
    this.#schedule();
    try {
      const outcomes = await this.#options.commit(group.map((waiting) => waiting.request));
      if (outcomes.length !== group.length) throw new Error('expected one outcome a request');
      this.#afterTheNextHasBegun(() => {
        for (const [index, waiting] of group.entries()) waiting.resolve(outcomes[index] as Outcome);
      });
    } catch (error) {
      for (const waiting of group) waiting.reject(error);
    }
  }

  /** The answers of one group are made while the database is busy with the next. */
  #afterTheNextHasBegun(answer: () => void): void {
    if (this.#scheduled) setImmediate(answer);
    else answer();
  }

  #takeGroup(): Waiting<Request, Outcome>[] {
    const { rowLimit } = this.#options;
    const group: Waiting<Request, Outcome>[] = [];
    let rows = 0;
    const takeFrom = (waiting: Waiting<Request, Outcome>[], limit: number) => {
      let taken = 0;
      for (const { size } of waiting) {
        if (group.length + taken > 0 && rows + size > limit) break;
        rows += size;
        taken += 1;
      }
      group.push(...waiting.splice(0, taken));
    };
    takeFrom(this.#few, this.#many.length === 0 ? rowLimit : rowLimit / 2);
    takeFrom(this.#many, group.length === 0 ? rowLimit : rows + rowLimit / 4);
    return group;
  }
}
