// CRC-32 (IEEE 802.3): finds every slip within 32 bits in a row, which is six characters typed wrongly side by side.

import { octets } from '../bytes.ts';
import type { Bytes } from '../card.ts';

export function crc32(bytes: Bytes): Bytes {
  let remainder = 0xffffffff;
  for (const octet of bytes) {
    remainder ^= octet;
    for (let bit = 0; bit < 8; bit++) remainder = (remainder >>> 1) ^ (remainder & 1 ? 0xedb88320 : 0);
  }
  return octets(~remainder >>> 0, 4);
}
