// What an acknowledgement names a record by, beside channel and counter: it proves that the very bytes arrived.

import type { Awaitable, Bytes } from '../bytes.ts';
import { sha256 } from '../primitives/index.ts';

/** SHA-256 of the sealed record, its first 16 bytes. */
export function recordHash(record: Bytes): Awaitable<Bytes> {
  const whole = sha256(record);
  return whole instanceof Promise ? whole.then(truncated) : truncated(whole);
}

function truncated(hash: Bytes): Bytes {
  return hash.slice(0, 16);
}
