// A wait that ends.

import { BleError } from '../errors.ts';

export interface Patience {
  readonly signal?: AbortSignal;
  readonly timeoutMs?: number;
}

/** @throws BleError `radio-disconnected` when `signal` or the time ends first */
export async function within<T>(
  operation: Promise<T>,
  { signal, timeoutMs = 20_000 }: Patience,
  expected: string,
): Promise<T> {
  const late = Promise.withResolvers<never>();
  const end = () => late.reject(new BleError('radio-disconnected', `expected ${expected} in time`));
  const timer = setTimeout(end, timeoutMs);
  if (signal?.aborted === true) end();
  signal?.addEventListener('abort', end, { once: true });
  try {
    return await Promise.race([operation, late.promise]);
  } finally {
    clearTimeout(timer);
    signal?.removeEventListener('abort', end);
  }
}
