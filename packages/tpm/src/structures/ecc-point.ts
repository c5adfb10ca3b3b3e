// TPMS_ECC_POINT, TPM 2.0 Library Part 2 section 11.2.5.2. A TPM may leave out leading zeros of a coordinate; everything
// behind this file has 32 bytes.
import { type Bytes, concatBytes } from '@vitalseal/protocol';
import type { TpmReader } from './reader.ts';
import { sized } from './writer.ts';

export interface EccPoint {
  readonly x: Bytes;
  readonly y: Bytes;
}

export function readEccPoint(reader: TpmReader): EccPoint {
  return { x: readScalar(reader, 'an x-coordinate'), y: readScalar(reader, 'a y-coordinate') };
}

/** A coordinate, or one half of a signature, on P-256. @returns 32 bytes */
export function readScalar(reader: TpmReader, what: string): Bytes {
  return padded(reader.sized(32, what));
}

export function writeEccPoint(point: EccPoint): Bytes {
  return concatBytes(sized(point.x), sized(point.y));
}

export function padded(scalar: Bytes): Bytes {
  if (scalar.length === 32) return scalar;
  const whole = new Uint8Array(32);
  whole.set(scalar, 32 - scalar.length);
  return whole;
}

/** SubjectPublicKeyInfo of a key on P-256 with an uncompressed point (RFC 5480): all before the point is constant. */
const spkiPrefix = Uint8Array.of(
  ...[0x30, 0x59, 0x30, 0x13, 0x06, 0x07, 0x2a, 0x86, 0x48, 0xce, 0x3d, 0x02, 0x01, 0x06, 0x08, 0x2a, 0x86, 0x48, 0xce],
  ...[0x3d, 0x03, 0x01, 0x07, 0x03, 0x42, 0x00, 0x04],
);

/** @returns DER */
export function spkiOfPoint(point: EccPoint): Bytes {
  return concatBytes(spkiPrefix, padded(point.x), padded(point.y));
}
