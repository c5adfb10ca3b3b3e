// When the card has gone quiet. What runs inside it (TLS, the delivery) is driven by the event loop, so an APDU's answer
// waits until nothing stirs any more: only then is it known whether a proactive command waits. A plastic card would ask
// for the same time by a waiting time extension (ISO/IEC 7816-3).

export interface SettlingOptions {
  /** One turn of the event loop: `setImmediate` in Node, a message to oneself in a Worker. */
  readonly turn: () => Promise<void>;
  /** So many turns without a stir are quiet. */
  readonly quietTurns?: number;
  /** Work that takes longer is not waited for: the terminal's next STATUS finds what came of it. */
  readonly mostMs?: number;
}

/** Turns that are waited for at most while things stir without end. */
const mostTurns = 500;

export class Settling {
  readonly #turn: () => Promise<void>;
  readonly #quietTurns: number;
  readonly #mostMs: number;
  #stirs = 0;
  #work = 0;
  #workEnded = Promise.withResolvers<void>();

  constructor({ turn, quietTurns = 4, mostMs = 5000 }: SettlingOptions) {
    this.#turn = turn;
    this.#quietTurns = quietTurns;
    this.#mostMs = mostMs;
  }

  /** Something happened that may lead to more. */
  stir(): void {
    this.#stirs += 1;
  }

  /** Work inside the card that needs no answer of the terminal on its way. */
  async during<T>(work: Promise<T>): Promise<T> {
    this.stir();
    this.#work += 1;
    try {
      return await work;
    } finally {
      this.stir();
      this.#work -= 1;
      if (this.#work === 0) {
        this.#workEnded.resolve();
        this.#workEnded = Promise.withResolvers();
      }
    }
  }

  async quiet(): Promise<void> {
    let quiet = 0;
    for (let turns = 0; turns < mostTurns && quiet < this.#quietTurns; turns++) {
      const before = this.#stirs;
      await this.#turn();
      if (this.#work > 0 && !(await this.#workDone())) return;
      quiet = this.#stirs === before ? quiet + 1 : 0;
    }
  }

  async #workDone(): Promise<boolean> {
    const tooLong = Promise.withResolvers<boolean>();
    const timeout = setTimeout(() => tooLong.resolve(false), this.#mostMs);
    const done = await Promise.race([this.#workEnded.promise.then(() => true), tooLong.promise]);
    clearTimeout(timeout);
    return done;
  }
}
