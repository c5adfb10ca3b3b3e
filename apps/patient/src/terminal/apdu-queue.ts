// A card does one thing at a time: what uses it waits in one queue. A command that goes in parts (chaining, GET
// RESPONSE) holds the card until its last part, so that no event of the network comes between.

export class ApduQueue {
  #last: Promise<unknown> = Promise.resolve();

  run<T>(use: () => Promise<T>): Promise<T> {
    const result = this.#last.then(use);
    this.#last = result.catch(() => {});
    return result;
  }
}
