// A card does one command at a time. Commands await cryptography in between, so without a queue two of them could read
// the same state and both change it. In front of the card it is the same: a command that goes in parts (chaining, GET
// RESPONSE) holds the card until its last part, so that no event of the network comes between.

export class CommandQueue {
  #last: Promise<unknown> = Promise.resolve();

  run<T>(command: () => Promise<T>): Promise<T> {
    const result = this.#last.then(command);
    this.#last = result.catch(() => {});
    return result;
  }
}
