import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { bytesToHex } from '../bytes.ts';
import { type CborValue, decodeCbor, encodeCbor } from '../wire/cbor/index.ts';
import {
  type CredentialReference,
  decodeCredentialReference,
  decodeIdCred,
  encodeCredentialReference,
  encodeIdCred,
} from './credential-identifier.ts';
import { decodeIdentifier, encodeIdentifier } from './identifier.ts';

const certificate = Uint8Array.of(0x30, 0);
const hash = new Uint8Array(8);

describe('a credential reference', () => {
  it.each<[CredentialReference, string]>([
    [{ kind: 'x5t', algorithm: -15, hash }, 'a11822822e480000000000000000'],
    [{ kind: 'x5chain', chain: [certificate] }, 'a11821423000'],
    [{ kind: 'x5chain', chain: [certificate, certificate] }, 'a1182182423000423000'],
  ])('%j is %s', (reference, hex) => {
    const idCred = encodeCredentialReference(reference);
    expect(bytesToHex(idCred)).toBe(hex);
    expect(decodeCredentialReference(idCred)).toEqual(reference);
  });

  it.each<[string, CborValue]>([
    ['a kid', new Map([[4, hash]])],
    ['another hash algorithm', new Map([[34, [-16, hash]]])],
    ['a longer hash', new Map([[34, [-15, new Uint8Array(32)]]])],
    ['an array of one certificate', new Map([[33, [certificate]]])],
    ['an empty certificate', new Map([[33, new Uint8Array(0)]])],
    ['five certificates', new Map([[33, Array.from({ length: 5 }, () => certificate)]])],
    [
      'both parameters',
      new Map<number, CborValue>([
        [33, certificate],
        [34, [-15, hash]],
      ]),
    ],
    ['a URI of a certificate', new Map([[35, 'https://example.org/']])],
    ['no parameter', new Map()],
    ['no map', 4],
  ])('that is %s is refused', (_what, value) => {
    expect(() => decodeCredentialReference(encodeCbor(value))).toThrow(
      expect.objectContaining({ code: 'credential-malformed' }),
    );
  });
});

describe('an identifier', () => {
  const identifiers = fc.uint8Array({ maxLength: 32 }).map((bytes) => new Uint8Array(bytes));

  it('has one encoding', () => {
    fc.assert(
      fc.property(identifiers, (identifier) => {
        expect(decodeIdentifier(decodeCbor(encodeIdentifier(identifier)))).toEqual(identifier);
      }),
      { seed: 9528 },
    );
    for (let byte = 0; byte < 256; byte++) {
      const encoded = encodeIdentifier(Uint8Array.of(byte));
      const short = byte <= 0x17 || (byte >= 0x20 && byte <= 0x37);
      expect(encoded.length).toBe(short ? 1 : 2);
      expect(decodeIdentifier(decodeCbor(encoded))).toEqual(Uint8Array.of(byte));
    }
  });

  it('as the kid of a credential is shortened, and only accepted so', () => {
    fc.assert(
      fc.property(identifiers, (kid) => {
        const idCred = encodeCbor(new Map([[4, kid]]));
        expect(decodeIdCred(decodeCbor(encodeIdCred(idCred)))).toEqual(idCred);
        expect(() => decodeIdCred(decodeCbor(idCred))).toThrow(expect.objectContaining({ code: 'message-malformed' }));
      }),
      { seed: 9528 },
    );
  });

  it.each<[string, CborValue | undefined]>([
    ['nothing', undefined],
    ['24', 24],
    ['-25', -25],
    ['text', '1'],
    ['33 bytes', new Uint8Array(33)],
  ])('that is %s is refused', (_what, item) => {
    expect(() => decodeIdentifier(item)).toThrow(expect.objectContaining({ code: 'message-malformed' }));
  });
});
