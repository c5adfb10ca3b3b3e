// TPMS_NV_PUBLIC, TPM 2.0 Library Part 2 section 13.6: the public area of an NV index, here a counter of 8 bytes.
import { type Bytes, concatBytes, noBytes } from '@vitalseal/protocol';
import { malformed } from '../errors.ts';
import { algorithm } from './constants.ts';
import { readWhole } from './reader.ts';
import { sized, u16, u32 } from './writer.ts';

/** TPMA_NV, Part 2 section 13.4: read and written under its own authorization value, outside the lockout, a counter. */
const authWrite = 1 << 2;
const counterType = 1 << 4;
const authRead = 1 << 18;
const noDictionaryAttack = 1 << 25;
const written = 1 << 29;
const counterAttributes = authWrite | counterType | authRead | noDictionaryAttack;

export function encodeCounterPublic(index: number): Bytes {
  return concatBytes(u32(index), u16(algorithm.sha256), u32(counterAttributes), sized(noBytes), u16(8));
}

/** @throws TpmError `tpm-response-malformed` unless it is our kind of counter */
export function checkCounterPublic(bytes: Bytes, index: number): void {
  readWhole(bytes, 'the public area of a counter', (reader) => {
    if (reader.u32('an NV index') !== index) throw malformed('expected the NV index that was asked for');
    reader.expect16(algorithm.sha256, 'SHA-256 as the name algorithm of a counter');
    const attributes = reader.u32('the attributes of a counter');
    const policy = reader.sized(0, 'no policy of a counter');
    reader.expect16(8, 'a counter of 8 bytes');
    if ((attributes & ~written) !== counterAttributes || policy.length !== 0) {
      throw malformed('expected the attributes of a counter of ours');
    }
  });
}
