// TPMT_SIGNATURE, TPM 2.0 Library Part 2 section 11.3.4, of ECDSA with SHA-256.
import { type Bytes, concatBytes } from '@vitalseal/protocol';
import { algorithm } from './constants.ts';
import { readScalar } from './ecc-point.ts';
import type { TpmReader } from './reader.ts';

/** @returns r || s, 64 bytes, as ES256 has it @throws TpmError `tpm-response-malformed` */
export function readSignature(reader: TpmReader): Bytes {
  reader.expect16(algorithm.ecdsa, 'a signature of ECDSA');
  reader.expect16(algorithm.sha256, 'a signature over SHA-256');
  return concatBytes(readScalar(reader, 'r of a signature'), readScalar(reader, 's of a signature'));
}
