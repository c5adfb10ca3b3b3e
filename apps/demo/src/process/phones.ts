// The supervised phones as the demo sees them.
import { fileURLToPath } from 'node:url';
import { countsRequest, isPhonesMessage, type PhoneCounts } from './phones-messages.ts';
import type { PhonesProcessOptions } from './phones-process.ts';
import { Supervised, type Supervision } from './supervised.ts';

const script = fileURLToPath(new URL('./phones-process.ts', import.meta.url));
/** A process that was killed cannot answer; the one that follows it can. */
const askAgainAfter = 2_000;

export class Phones {
  readonly process: Supervised;
  #answered: ((counts: readonly PhoneCounts[]) => void) | undefined;

  constructor(
    options: PhonesProcessOptions,
    {
      onConfirmed,
      ...rest
    }: Supervision & {
      /** Both UTC ms: the replay's clock, the machine's. */
      readonly onConfirmed: (measuredAt: number, acknowledgedAt: number) => void;
    },
  ) {
    this.process = new Supervised({
      ...rest,
      name: 'the phones',
      script,
      options,
      onMessage: (message) => {
        if (!isPhonesMessage(message)) return;
        if ('counts' in message) this.#answered?.(message.counts);
        else for (const [measuredAt, acknowledgedAt] of message.confirmed) onConfirmed(measuredAt, acknowledgedAt);
      },
    });
  }

  /** Undefined where no answer came in time: the process may have been killed, or hang. */
  counts(withinMs: number): Promise<readonly PhoneCounts[] | undefined> {
    return new Promise((resolve) => {
      const ask = () => this.process.send(countsRequest);
      const timer = setInterval(ask, askAgainAfter);
      const end = (counts: readonly PhoneCounts[] | undefined) => {
        clearInterval(timer);
        clearTimeout(limit);
        this.#answered = undefined;
        resolve(counts);
      };
      const limit = setTimeout(() => end(undefined), withinMs);
      this.#answered = end;
      ask();
    });
  }
}
