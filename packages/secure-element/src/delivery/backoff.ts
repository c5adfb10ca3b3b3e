// How long to wait before the next attempt: exponential with full jitter, so that a thousand cards whose hospital comes
// back do not all knock in the same second.

export interface BackoffOptions {
  readonly firstMs: number;
  readonly mostMs: number;
  readonly random?: () => number;
}

export class Backoff {
  readonly #options: Required<BackoffOptions>;
  #failures = 0;

  constructor({ firstMs, mostMs, random = Math.random }: BackoffOptions) {
    this.#options = { firstMs, mostMs, random };
  }

  succeeded(): void {
    this.#failures = 0;
  }

  /** @param atLeastMs what the hospital asked for @returns ms to wait now */
  failed(atLeastMs = 0): number {
    const { firstMs, mostMs, random } = this.#options;
    const ceiling = Math.min(mostMs, firstMs * 2 ** Math.min(this.#failures, 30));
    this.#failures += 1;
    return atLeastMs + random() * ceiling;
  }
}
