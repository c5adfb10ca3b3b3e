// The Name of an object, TPM 2.0 Library Part 1 section 16: the hash of its public area. It is always computed here, never
// taken from a response: what a session authenticates is this very key.
import { type Bytes, concatBytes, sha256 } from '@vitalseal/protocol';
import { algorithm } from './constants.ts';
import { u16 } from './writer.ts';

/** @param publicArea marshalled TPMT_PUBLIC, or TPMS_NV_PUBLIC of an NV index @returns 34 bytes */
export async function nameOf(publicArea: Bytes): Promise<Bytes> {
  return concatBytes(u16(algorithm.sha256), await sha256(publicArea));
}
