// A phone that was away hands in hours of readings in many moments. Who is looking at the patient has them fetched
// together, once a second at most.

export interface LateReadingsOptions {
  /** Fetches the readings of a patient measured since then, UTC ms. */
  readonly load: (patient: string, from: number) => Promise<void>;
  readonly onProblem: (error: unknown) => void;
  readonly everyMs?: number;
}

export class LateReadings {
  readonly #options: LateReadingsOptions;
  readonly #since = new Map<string, number>();
  #timer: ReturnType<typeof setTimeout> | undefined;

  constructor(options: LateReadingsOptions) {
    this.#options = options;
  }

  /** The hospital has readings of this patient that it did not have before, the earliest measured then. */
  note(patient: string, from: number): void {
    this.#since.set(patient, Math.min(from, this.#since.get(patient) ?? from));
    this.#timer ??= setTimeout(() => this.#fetch(), this.#options.everyMs ?? 1000);
  }

  stop(): void {
    clearTimeout(this.#timer);
    this.#timer = undefined;
    this.#since.clear();
  }

  #fetch(): void {
    this.#timer = undefined;
    const due = [...this.#since];
    this.#since.clear();
    const { load, onProblem } = this.#options;
    for (const [patient, from] of due) load(patient, from).catch(onProblem);
  }
}
