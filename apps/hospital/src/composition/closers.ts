/** What a running hospital must close, in the reverse of the order in which it was opened. One that fails stops no other. */
export type Close = () => Promise<unknown> | unknown;

export class Closers {
  readonly #close: Close[] = [];

  add(close: Close): void {
    this.#close.push(close);
  }

  async closeAll(onProblem: (error: unknown) => void): Promise<void> {
    for (;;) {
      const close = this.#close.pop();
      if (close === undefined) return;
      try {
        await close();
      } catch (error) {
        onProblem(error);
      }
    }
  }
}
