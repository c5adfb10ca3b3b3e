// Each decoder against bytes that no TPM sent: it reads them as what they are, or refuses them with a code; never another
// error, never a read past the end, and what it has read it writes back as it was.
import { type Bytes, concatBytes } from '@vitalseal/protocol';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { TpmError } from '../errors.ts';
import { decodeKeyBlob, encodeKeyBlob } from '../keys/key-blob.ts';
import { parseAttest } from './attest.ts';
import { readEccPoint } from './ecc-point.ts';
import { checkCounterPublic, encodeCounterPublic } from './nv-public.ts';
import { keyAttributes } from './object-attributes.ts';
import { readPcrSelection, writePcrSelection } from './pcr-selection.ts';
import { decodePublicArea, eccTemplate, encodePublicArea, sealedTemplate } from './public-area.ts';
import { readWhole } from './reader.ts';
import { announcedLength, parseResponse } from './response.ts';
import { responseCodeName, responseCodeSubject } from './response-code.ts';
import { readSignature } from './signature.ts';
import { sized, u16, u32 } from './writer.ts';

const point = { x: new Uint8Array(32).fill(1), y: new Uint8Array(32).fill(2) };
const signing = { ...eccTemplate('ecdsa', keyAttributes.signing), point };
const storage = { ...eccTemplate('storage', keyAttributes.storageRoot), point };
const sealed = { ...sealedTemplate(keyAttributes.sealed, new Uint8Array(32).fill(3)), unique: new Uint8Array(32) };
const clock = concatBytes(u32(0), u32(5), u32(2), u32(0), Uint8Array.of(1), u32(0), u32(1));
const name = sized(concatBytes(u16(0x000b), new Uint8Array(32)));
const quoted = concatBytes(
  ...[u32(0xff544347), u16(0x8018), name, sized(new Uint8Array(32)), clock],
  ...[writePcrSelection([13]), sized(new Uint8Array(32))],
);
const certified = concatBytes(u32(0xff544347), u16(0x8017), name, sized(new Uint8Array(32)), clock, name, name);
const signature = concatBytes(u16(0x0018), u16(0x000b), sized(point.x), sized(point.y));
const response = concatBytes(
  ...[u16(0x8002), u32(10 + 4 + 6 + 2 + 16 + 1 + 2 + 32), u32(0), u32(6), sized(Uint8Array.of(1, 2, 3, 4))],
  ...[sized(new Uint8Array(16)), Uint8Array.of(1), sized(new Uint8Array(32))],
);

const decoders: Readonly<Record<string, { honest: Bytes; decode: (bytes: Bytes) => unknown }>> = {
  'a public area of a signing key': { honest: encodePublicArea(signing), decode: decodePublicArea },
  'a public area of a storage key': { honest: encodePublicArea(storage), decode: decodePublicArea },
  'a public area of sealed data': { honest: encodePublicArea(sealed), decode: decodePublicArea },
  'a quote': { honest: quoted, decode: parseAttest },
  'a certification': { honest: certified, decode: parseAttest },
  'a signature': { honest: signature, decode: (bytes) => readWhole(bytes, 'a signature', readSignature) },
  'a point': {
    honest: concatBytes(sized(point.x), sized(point.y)),
    decode: (bytes) => readWhole(bytes, 'a point', readEccPoint),
  },
  'a selection of registers': {
    honest: writePcrSelection([0, 7, 13]),
    decode: (bytes) => readWhole(bytes, 'a selection', readPcrSelection),
  },
  'the public area of a counter': {
    honest: encodeCounterPublic(0x01800010),
    decode: (bytes) => checkCounterPublic(bytes, 0x01800010),
  },
  'a stored key': {
    honest: encodeKeyBlob({ publicPart: encodePublicArea(signing), privatePart: new Uint8Array(100) }),
    decode: decodeKeyBlob,
  },
  'a response': { honest: response, decode: (bytes) => parseResponse(bytes, { sessions: 1, handle: false }) },
  'a header': { honest: response.slice(0, 10), decode: (bytes) => bytes.length >= 6 && announcedLength(bytes) },
};

function refusedOrRead(decode: (bytes: Bytes) => unknown, bytes: Bytes): void {
  try {
    decode(bytes);
  } catch (error) {
    expect(error).toBeInstanceOf(TpmError);
  }
}

describe.each(Object.entries(decoders))('%s', (what, { honest, decode }) => {
  test('is read where it is whole', () => {
    expect(() => decode(honest)).not.toThrow();
  });

  test('is refused where it was cut, or has something behind it', () => {
    if (what === 'a header') return;
    for (let length = 0; length < honest.length; length++) {
      expect(() => decode(honest.slice(0, length)), String(length)).toThrow(TpmError);
    }
    expect(() => decode(concatBytes(honest, Uint8Array.of(0)))).toThrow(TpmError);
  });

  test('is read or refused, whatever bytes come', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 300 }), (bytes) => refusedOrRead(decode, new Uint8Array(bytes))),
      { numRuns: 2000, seed: 4 },
    );
  });

  test('is read or refused, with any of its bytes changed', () => {
    fc.assert(
      fc.property(
        fc.array(fc.tuple(fc.nat(honest.length - 1), fc.nat(255)), { minLength: 1, maxLength: 4 }),
        (changes) => {
          const bytes = honest.slice();
          for (const [at, to] of changes) bytes[at] = to;
          refusedOrRead(decode, bytes);
        },
      ),
      { numRuns: 3000, seed: 5 },
    );
  });
});

test('what was read of a public area is written as it was', () => {
  fc.assert(
    fc.property(
      fc.constantFrom(signing, storage, sealed),
      fc.integer({ min: 0, max: 0x7fffffff }),
      fc.constantFrom(new Uint8Array(0), new Uint8Array(32).fill(9)),
      (area, attributes, policy) => {
        const bytes = encodePublicArea({ ...area, attributes, policy });
        expect(encodePublicArea(decodePublicArea(bytes))).toEqual(bytes);
      },
    ),
    { seed: 6 },
  );
});

test('a selection of registers comes back ascending, each once', () => {
  fc.assert(
    fc.property(fc.uniqueArray(fc.nat(23)), (pcrs) => {
      const read = readWhole(writePcrSelection(pcrs), 'a selection', readPcrSelection);
      expect(read).toEqual(pcrs.toSorted((a, b) => a - b));
    }),
    { seed: 7 },
  );
});

test('response codes have the names of the standard, and any number has some name', () => {
  const known: readonly [number, string, string][] = [
    [0x921, 'TPM_RC_LOCKOUT', ''],
    [0x922, 'TPM_RC_RETRY', ''],
    [0x100, 'TPM_RC_INITIALIZE', ''],
    [0x101, 'TPM_RC_FAILURE', ''],
    [0x902, 'TPM_RC_OBJECT_MEMORY', ''],
    [0x98e, 'TPM_RC_AUTH_FAIL', ' of session 1'],
    [0x9a2, 'TPM_RC_BAD_AUTH', ' of session 1'],
    [0x99d, 'TPM_RC_POLICY_FAIL', ' of session 1'],
    [0x18b, 'TPM_RC_HANDLE', ' of handle 1'],
    [0x2c4, 'TPM_RC_VALUE', ' of parameter 2'],
    [0x14c, 'TPM_RC_NV_DEFINED', ''],
    [0x1df, 'TPM_RC_INTEGRITY', ' of parameter 1'],
  ];
  for (const [code, text, subject] of known) {
    expect([responseCodeName(code), responseCodeSubject(code)]).toEqual([text, subject]);
  }
  fc.assert(
    fc.property(fc.nat(0xffffffff), (code) => {
      expect(responseCodeName(code)).toMatch(/^TPM_RC_[A-Z0-9_x]+/i);
    }),
    { seed: 8 },
  );
});
