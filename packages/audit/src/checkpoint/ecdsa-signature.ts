/**
 * An ECDSA signature on P-256 in its two forms: ASN.1 DER, as the note's signature type 0x02 has it (what
 * `transparency-dev` writes and reads), and r || s of 64 bytes, as everything else here.
 */
import { type Bytes, concatBytes } from '@vitalseal/protocol';

const scalarLength = 32;
const sequenceTag = 0x30;
const integerTag = 0x02;

export function toDer(signature: Bytes): Bytes {
  const integers = [signature.subarray(0, scalarLength), signature.subarray(scalarLength)].map(derInteger);
  const body = concatBytes(...integers);
  return concatBytes(Uint8Array.of(sequenceTag, body.length), body);
}

/** Undefined unless it is the one DER encoding of two integers that fit P-256. */
export function fromDer(der: Bytes): Bytes | undefined {
  const r = scalarAt(der, 2);
  if (der[0] !== sequenceTag || der[1] !== der.length - 2 || r === undefined) return undefined;
  const s = scalarAt(der, r.end);
  if (s === undefined || s.end !== der.length) return undefined;
  const signature = concatBytes(r.scalar, s.scalar);
  const again = toDer(signature);
  return again.length === der.length && again.every((byte, at) => byte === der[at]) ? signature : undefined;
}

function derInteger(scalar: Bytes): Bytes {
  let from = 0;
  while (from < scalarLength - 1 && scalar[from] === 0) from += 1;
  const magnitude = scalar.subarray(from);
  const padding = (magnitude[0] ?? 0) >= 0x80 ? [0] : [];
  return Uint8Array.of(integerTag, padding.length + magnitude.length, ...padding, ...magnitude);
}

function scalarAt(der: Bytes, at: number): { scalar: Bytes; end: number } | undefined {
  const length = der[at + 1];
  if (der[at] !== integerTag || length === undefined || length === 0 || length > scalarLength + 1) return undefined;
  const end = at + 2 + length;
  const integer = der.subarray(at + 2, end);
  const magnitude = length === scalarLength + 1 ? integer.subarray(1) : integer;
  if (end > der.length || (length === scalarLength + 1 && integer[0] !== 0)) return undefined;
  const scalar = new Uint8Array(scalarLength);
  scalar.set(magnitude, scalarLength - magnitude.length);
  return { scalar, end };
}
