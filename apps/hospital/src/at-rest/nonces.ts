/**
 * Random nonces of 96 bits, drawn a block at a time: asking the system for each would cost as much as sealing. At random,
 * and not counted, since several processes seal under one data key, and a store that was put back to an older state would
 * count anew from there. One key takes 2^32 of them (NIST SP 800-38D, 8.3): a reading a second for 136 years.
 */
import { randomFillSync } from 'node:crypto';

export const nonceLength = 12;
const block = Buffer.alloc(nonceLength * 512);
let next = block.length;

/** Into both: byte by byte, since for so few a call costs more than it copies. */
export function writeNonce(into: Uint8Array, at: number, beside: Uint8Array): void {
  if (next === block.length) {
    randomFillSync(block);
    next = 0;
  }
  for (let index = 0; index < nonceLength; index++) {
    const byte = block[next + index] ?? 0;
    into[at + index] = byte;
    beside[index] = byte;
    // Never twice, not even by a mistake further on.
    block[next + index] = 0;
  }
  next += nonceLength;
}
