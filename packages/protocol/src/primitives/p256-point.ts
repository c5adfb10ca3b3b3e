// A point of P-256 from its x-coordinate (SEC 1 section 2.3.4), for WebCrypto engines without compressed points.
// Only public values pass here, so BigInt's variable time tells nothing.

import { type Bytes, bytesToHex, concatBytes, hexToBytes } from '../bytes.ts';
import { ProtocolError } from '../errors.ts';

const prime = 0xffffffff00000001000000000000000000000000ffffffffffffffffffffffffn;
const b = 0x5ac635d8aa3a93e7b3ebbd55769886bc651d06b0cc53b0f63bce3c3e27d2604bn;

function power(base: bigint, exponent: bigint): bigint {
  let result = 1n;
  let square = base % prime;
  for (let bits = exponent; bits > 0n; bits >>= 1n) {
    if (bits & 1n) result = (result * square) % prime;
    square = (square * square) % prime;
  }
  return result;
}

/** @returns 04 || x || y for one of the two points @throws ProtocolError `key-malformed` if there is none */
export function pointFromX(xBytes: Bytes): Bytes {
  const x = BigInt(`0x${bytesToHex(xBytes)}`);
  const ySquared = ((((x * x - 3n) * x + b) % prime) + prime) % prime;
  // The prime is 3 mod 4, so a square root, if there is one, is this power.
  const y = power(ySquared, (prime + 1n) / 4n);
  if (x >= prime || (y * y) % prime !== ySquared) {
    throw new ProtocolError('key-malformed', 'expected the x-coordinate of a point on P-256');
  }
  return concatBytes(Uint8Array.of(4), xBytes, hexToBytes(y.toString(16).padStart(64, '0')));
}
