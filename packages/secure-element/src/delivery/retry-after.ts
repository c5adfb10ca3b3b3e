// Retry-After (RFC 9110, section 10.2.3), as the hospital asks to come back later.

const longestMs = 10 * 60_000;

/** @returns milliseconds; seconds only are heard: a date would need the two clocks to agree */
export function retryAfterOf(header: string | undefined): number {
  const seconds = Number(header ?? 0);
  return seconds > 0 ? Math.min(seconds * 1000, longestMs) : 0;
}
