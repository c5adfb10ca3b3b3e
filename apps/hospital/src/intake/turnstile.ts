/**
 * One writer at a time. Triage, alarms and replay windows are kept in memory as of the last commit; whoever changes
 * them waits here for its turn, so that memory and store move in the same order.
 */
export class Turnstile {
  #last: Promise<unknown> = Promise.resolve();

  run<Result>(work: () => Promise<Result>): Promise<Result> {
    const turn = this.#last.then(work);
    this.#last = turn.catch(() => undefined);
    return turn;
  }

  /** Resolves when all that was waiting has had its turn. */
  async idle(): Promise<void> {
    await this.#last;
  }
}
