import { Backoff, pause } from '@vitalseal/retry';

export interface Trying {
  readonly firstMs: number;
  readonly mostMs: number;
  readonly signal: AbortSignal;
  /** An error after which another attempt would be wrong: a PIN that was refused once is not tried again. */
  readonly isFinal: (error: unknown) => boolean;
}

/** @returns the error that ended it; undefined when an attempt went well, or the signal was given */
export async function keepTrying(attempt: () => Promise<void>, options: Trying): Promise<unknown> {
  const { signal, isFinal } = options;
  const backoff = new Backoff(options);
  for (;;) {
    await pause(backoff.failed(), signal);
    if (signal.aborted) return undefined;
    try {
      return await attempt();
    } catch (error) {
      if (isFinal(error)) return error;
    }
  }
}
