// TPML_PCR_SELECTION, TPM 2.0 Library Part 2 section 10.9.7: one selection, of the SHA-256 bank.
import { type Bytes, concatBytes } from '@vitalseal/protocol';
import { malformed } from '../errors.ts';
import { algorithm } from './constants.ts';
import type { TpmReader } from './reader.ts';
import { u8, u16, u32 } from './writer.ts';

/** A TPM for a PC has 24 registers. */
const registers = 24;

/** @param pcrs numbers of registers, 0 to 23 */
export function writePcrSelection(pcrs: readonly number[]): Bytes {
  const mask = new Uint8Array(registers / 8);
  for (const pcr of pcrs) {
    if (!Number.isInteger(pcr) || pcr < 0 || pcr >= registers) throw new RangeError('expected a register from 0 to 23');
    mask[pcr >> 3] = (mask[pcr >> 3] ?? 0) | (1 << (pcr & 7));
  }
  return concatBytes(u32(1), u16(algorithm.sha256), u8(mask.length), mask);
}

/** @returns the registers, ascending @throws TpmError `tpm-response-malformed` */
export function readPcrSelection(reader: TpmReader): readonly number[] {
  if (reader.u32('a count of selections of registers') !== 1) throw malformed('expected one selection of registers');
  reader.expect16(algorithm.sha256, 'the registers of SHA-256');
  if (reader.u8('the size of a selection') !== registers / 8) throw malformed('expected a selection of 24 registers');
  const mask = reader.bytes(registers / 8, 'a selection of registers');
  return Array.from({ length: registers }, (_, pcr) => pcr).filter(
    (pcr) => ((mask[pcr >> 3] ?? 0) & (1 << (pcr & 7))) !== 0,
  );
}
