// How long to wait before trying again: exponential with full jitter, so that a thousand phones whose hospital comes
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

  get failures(): number {
    return this.#failures;
  }

  succeeded(): void {
    this.#failures = 0;
  }

  /** @param atLeastMs what the other side asked for (Retry-After) @returns ms to wait now */
  failed(atLeastMs = 0): number {
    const { firstMs, mostMs, random } = this.#options;
    const ceiling = Math.min(mostMs, firstMs * 2 ** Math.min(this.#failures, 30));
    this.#failures += 1;
    return atLeastMs + random() * ceiling;
  }
}

/** Ends early, without an error, when the signal is aborted. */
export function pause(ms: number, signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    if (signal.aborted) return resolve();
    const end = () => {
      clearTimeout(timer);
      signal.removeEventListener('abort', end);
      resolve();
    };
    const timer = setTimeout(end, ms);
    signal.addEventListener('abort', end, { once: true });
  });
}
