// What an acknowledgement names a record by, beside channel and counter: it proves that the very bytes arrived.

import type { Bytes } from '../bytes.ts';
import { sha256 } from '../primitives/index.ts';

/** SHA-256 of the sealed record, its first 16 bytes. */
export async function recordHash(record: Bytes): Promise<Bytes> {
  return (await sha256(record)).slice(0, 16);
}
