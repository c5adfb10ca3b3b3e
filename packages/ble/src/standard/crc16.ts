// The E2E-CRC of the glucose services: CRC-CCITT, least significant bit first, seed 0xFFFF (CRC-16/MCRF4XX).

import type { Bytes } from '@vitalseal/protocol';

export function crc16(octets: Bytes): number {
  let crc = 0xffff;
  for (const octet of octets) {
    crc ^= octet;
    for (let bit = 0; bit < 8; bit++) crc = crc & 1 ? (crc >>> 1) ^ 0x8408 : crc >>> 1;
  }
  return crc;
}
