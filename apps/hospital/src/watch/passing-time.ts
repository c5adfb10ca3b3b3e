/**
 * Time passes for everyone, readings or none: silence becomes an alarm, an alarm that nobody answers goes to the next
 * person, and what another process wrote (an admission, a rota) is taken over. A store that fails is tried again.
 */
import type { Turnstile } from '../intake/turnstile.ts';
import { commitMoment, type MomentParts } from './moment.ts';

export interface PassingTimeOptions extends MomentParts {
  readonly turnstile: Turnstile;
  /** Real milliseconds between two looks. */
  readonly everyMs?: number;
  /** Looks between two times that the rules' memory is stored. */
  readonly rememberEvery?: number;
  readonly onProblem: (error: unknown) => void;
  /** About once a minute, after the rules' memory was stored. */
  readonly onRemembered?: () => Promise<void>;
  /** After each look that went well. */
  readonly onLooked?: () => Promise<void>;
}

export class PassingTime {
  readonly #options: PassingTimeOptions;
  #timer: NodeJS.Timeout | undefined;
  #looking: Promise<void> = Promise.resolve();
  #looks = 0;
  #stopped = false;
  #lookedAt = performance.now();

  constructor(options: PassingTimeOptions) {
    this.#options = options;
  }

  start(): void {
    this.#lookedAt = performance.now();
    this.#schedule();
  }

  /** Real ms since the last look that went well: while it grows, silence and unanswered alarms go unseen. */
  get sinceLastLookMs(): number {
    return performance.now() - this.#lookedAt;
  }

  async stop(): Promise<void> {
    this.#stopped = true;
    clearTimeout(this.#timer);
    await this.#looking;
  }

  /** One look now. */
  async look(): Promise<void> {
    const { turnstile, ward, rememberEvery = 60, onLooked, onRemembered, onProblem } = this.#options;
    await turnstile.run(async () => {
      // An admission that cannot be read must not keep the alarms of those who are here silent.
      await ward.refresh().catch(onProblem);
      await ward.recall();
      await this.#tickAll();
      this.#looks += 1;
      if (this.#looks % rememberEvery === 0) await ward.remember();
    });
    this.#lookedAt = performance.now();
    if (this.#looks % rememberEvery === 0) await onRemembered?.();
    await onLooked?.();
  }

  async #tickAll(): Promise<void> {
    const { ward, now, onProblem } = this.#options;
    const trial = ward.draft(now());
    const sound = new Set<number>();
    for (const patient of ward.admitted()) {
      try {
        trial.tick(patient);
        sound.add(patient.number);
      } catch (error) {
        // One patient of whom no notice can be made must not keep everybody else's alarms silent.
        onProblem(error);
      }
    }
    // Mostly nothing is due, and then nothing is written.
    if (trial.isEmpty) return trial.committed();
    await commitMoment(this.#options, async (moment) => {
      for (const patient of ward.admitted()) if (sound.has(patient.number)) moment.ward.tick(patient);
    });
  }

  #schedule(): void {
    if (this.#stopped) return;
    const { everyMs = 1000, onProblem } = this.#options;
    this.#timer = setTimeout(() => {
      this.#looking = this.look()
        .catch(onProblem)
        .finally(() => this.#schedule());
    }, everyMs);
  }
}
