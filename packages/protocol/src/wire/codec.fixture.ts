// What holds of every message of the protocol, whatever it says.

import fc from 'fast-check';
import { expect, it } from 'vitest';
import { type Bytes, concatBytes } from '../bytes.ts';
import { ProtocolError } from '../errors.ts';
import type { Codec } from './record.ts';

function truncations(bytes: Bytes): Bytes[] {
  return Array.from({ length: bytes.length }, (_, length) => bytes.slice(0, length));
}

/** Refused with a code, or a value whose encoding is these very bytes: nothing else is a possible answer. */
function expectRefusedOrCanonical<T>({ encode, decode }: Codec<T>, bytes: Bytes): void {
  let value: T;
  try {
    value = decode(bytes);
  } catch (error) {
    if (error instanceof ProtocolError) return;
    throw error;
  }
  expect(encode(value)).toEqual(bytes);
}

export function holdsCodec<T>(message: fc.Arbitrary<T>, codec: Codec<T>, seed: number): void {
  const { encode, decode } = codec;

  it('is decoded to what was encoded', () => {
    fc.assert(
      fc.property(message, (value) => {
        expect(decode(encode(value))).toEqual(value);
      }),
      { seed, numRuns: 300 },
    );
  });

  it('cut anywhere, or with a byte more, is refused with a code', () => {
    fc.assert(
      fc.property(message, (value) => {
        const bytes = encode(value);
        for (const wrong of [...truncations(bytes), concatBytes(bytes, Uint8Array.of(0))]) {
          expect(() => decode(wrong)).toThrow(ProtocolError);
        }
      }),
      { seed, numRuns: 10 },
    );
  });

  it('mutated, is refused with a code or means exactly what it says', () => {
    const changes = fc.array(fc.tuple(fc.nat(), fc.nat(255)), { minLength: 1, maxLength: 4 });
    fc.assert(
      fc.property(message, changes, (value, places) => {
        const bytes = encode(value);
        for (const [at, byte] of places) bytes[at % bytes.length] = byte;
        expectRefusedOrCanonical(codec, bytes);
      }),
      { seed, numRuns: 3000 },
    );
  });

  it('of any bytes, is refused with a code or means exactly what it says', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 200 }), (bytes) => expectRefusedOrCanonical(codec, new Uint8Array(bytes))),
      { seed, numRuns: 1000 },
    );
  });
}
