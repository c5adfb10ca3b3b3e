// Records one way and their answers the other, as many on the way at a time as the phone allows.
import type { RadioPair } from './room.ts';
import type { EndsOfStep1 } from './step1-pair.ts';

export class Exchange {
  readonly #pair: RadioPair;
  readonly #unanswered: number;
  #ends: EndsOfStep1 | undefined;
  #answered = 0;
  #wake = () => {};

  /** @param unanswered records that may be without an answer, as a phone allows a sensor */
  constructor(pair: RadioPair, unanswered: number) {
    this.#pair = pair;
    this.#unanswered = unanswered;
    pair.phone.listen({
      message: (_type, body) => void this.#ends?.take(body).then((answer) => pair.phone.send('answer', answer)),
      closed: () => undefined,
    });
    pair.sensor.listen({
      message: () => {
        this.#answered += 1;
        this.#wake();
      },
      closed: () => undefined,
    });
  }

  /** @returns records a second */
  async run(ends: EndsOfStep1, records: number): Promise<number> {
    this.#ends = ends;
    this.#answered = 0;
    const started = performance.now();
    for (let sent = 0; sent < records; sent++) {
      await this.#until(sent + 1 - this.#unanswered);
      await this.#pair.sensor.send('record', await ends.record(sent));
    }
    await this.#until(records);
    return (records * 1000) / (performance.now() - started);
  }

  async #until(answered: number): Promise<void> {
    while (this.#answered < answered) {
      await new Promise<void>((resolve) => {
        this.#wake = resolve;
      });
    }
  }
}
