// The answer to reset (ISO/IEC 7816-3 section 8) and its historical bytes (ISO/IEC 7816-4 section 12.1.1): what a
// terminal learns of the card before any command.

import { type Bytes, concatBytes } from '@vitalseal/protocol';
import { maxLogicalChannels } from './class-byte.ts';
import type { TransmissionProtocol } from './transmission.ts';

/** 80: what follows are COMPACT-TLV objects, the last of them not a status. */
const category = 0x80;
/** 31: applications are selected by their whole name or its beginning. */
const cardServices = [0x31, 0xc0];
/** 73: the same; data in whole bytes; chaining, extended lengths, channels given by either side, and how many. */
const capabilities = (protocol: TransmissionProtocol) => [
  0x73,
  0xc0,
  0x01,
  0x80 | (protocol === 'T=1' ? 0x40 : 0) | 0x18 | (maxLogicalChannels - 1),
];

export function historicalBytes(protocol: TransmissionProtocol): Bytes {
  return Uint8Array.of(category, ...cardServices, ...capabilities(protocol));
}

export function answerToReset(protocol: TransmissionProtocol): Bytes {
  const historical = historicalBytes(protocol);
  // TS 3B: direct convention. T0: no interface bytes for T=0; TD1 that names T=1, and then a check byte.
  if (protocol === 'T=0') return concatBytes(Uint8Array.of(0x3b, historical.length), historical);
  const body = concatBytes(Uint8Array.of(0x80 | historical.length, 0x01), historical);
  const check = body.reduce((sum, byte) => sum ^ byte, 0);
  return concatBytes(Uint8Array.of(0x3b), body, Uint8Array.of(check));
}
