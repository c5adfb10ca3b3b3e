// How long to wait before trying again: exponential with full jitter, so that a thousand phones whose hospital comes
// back do not all knock in the same second.

export interface BackoffOptions {
  readonly firstMs: number;
  readonly mostMs: number;
  readonly random?: () => number;
}

export class Backoff {
  readonly #options: BackoffOptions;
  #failures = 0;

  /** @param options read at each failure: whoever decides on them may change them */
  constructor(options: BackoffOptions) {
    this.#options = options;
  }

  succeeded(): void {
    this.#failures = 0;
  }

  /** @param atLeastMs what the other side asked for (Retry-After) @returns ms to wait now */
  failed(atLeastMs = 0): number {
    const { firstMs, mostMs, random = Math.random } = this.#options;
    const ceiling = Math.min(mostMs, firstMs * 2 ** Math.min(this.#failures, 30));
    this.#failures += 1;
    return atLeastMs + random() * ceiling;
  }
}
