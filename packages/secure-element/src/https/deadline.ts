// The time in which something must be over, whatever goes on meanwhile: a word now and then keeps no request alive.

/** @param work is given a signal that is aborted with the caller's, or when the time is over */
export async function withDeadline<T>(
  ms: number,
  signal: AbortSignal,
  work: (signal: AbortSignal) => Promise<T>,
): Promise<T> {
  const ended = new AbortController();
  const stop = () => ended.abort(signal.reason);
  const late = setTimeout(() => ended.abort(new Error('expected an end in time')), ms);
  signal.addEventListener('abort', stop, { once: true });
  if (signal.aborted) stop();
  try {
    return await work(ended.signal);
  } finally {
    clearTimeout(late);
    signal.removeEventListener('abort', stop);
  }
}
