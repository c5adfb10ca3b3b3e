// Data objects of both kinds: there and back, and whatever is none.

import fc from 'fast-check';
import { expect, test } from 'vitest';
import { fromHex, join, toHex } from '../bytes.ts';
import { onlyUiccErrors } from '../only-uicc-errors.fixture.ts';
import { decodeTlv, decodeTlvs, encodeTlv, tlvValue } from './ber-tlv.ts';
import { type ComprehensionTlv, decodeComprehensionTlvs, encodeComprehensionTlvs } from './comprehension-tlv.ts';

const bytes = (least: number, most: number) =>
  fc.uint8Array({ minLength: least, maxLength: most }).map((some) => Uint8Array.from(some));

test.each([
  ['tag of two octets', 'ff4000', 0xff40],
  ['tag of three octets', '9f817f0101', 0x9f817f],
  ['tag of one octet', 'e200', 0xe2],
])('%s', (_, hex, tag) => {
  const object = decodeTlv(fromHex(hex));
  expect(object.tag).toBe(tag);
  expect(toHex(encodeTlv(object.tag, object.value))).toBe(hex);
});

test.each([127, 128, 255, 256, 65535, 65536])('a value of %i octets has the shortest length field', (length) => {
  const encoded = encodeTlv(0x80, new Uint8Array(length));
  expect(decodeTlv(encoded).value).toHaveLength(length);
  const [object] = decodeComprehensionTlvs(
    encodeComprehensionTlvs([{ tag: 1, comprehensionRequired: true, value: new Uint8Array(length) }]),
  );
  expect(object?.value).toHaveLength(length);
  expect(object).not.toHaveProperty('lengthOctets');
});

test.each([
  '00',
  '0000',
  'e2',
  'e201',
  'e28101',
  'e281800',
  'e280',
  'e284000000 00',
  'e28105',
  '5f',
  '9f81',
  '9f8181 00',
  'ff',
  'e20000',
])('%s is no data object', (hex) => {
  expect(() => decodeTlvs(fromHex(hex.replace(' ', '')))).toThrow(expect.objectContaining({ code: 'tlv-malformed' }));
});

test('one object is one, and not none or two', () => {
  expect(() => decodeTlv(new Uint8Array(0))).toThrow('one data object');
  expect(() => decodeTlv(fromHex('e200e200'))).toThrow('one data object');
  expect(tlvValue(decodeTlvs(fromHex('800101810102')), 0x81)).toEqual(fromHex('02'));
});

test.each(['00', '80', 'ff', '7f', '7f00', '7f0000', '7f8000', '01', '0102', '81820001', '8184'])(
  '%s is no comprehension object',
  (hex) => {
    expect(() => decodeComprehensionTlvs(fromHex(hex))).toThrow(expect.objectContaining({ code: 'tlv-malformed' }));
  },
);

test('a comprehension object keeps the form of its header', () => {
  const object: fc.Arbitrary<ComprehensionTlv> = fc.record(
    {
      tag: fc.integer({ min: 1, max: 0x7e }),
      comprehensionRequired: fc.boolean(),
      value: bytes(0, 300),
      longTag: fc.constant(true as const),
      lengthOctets: fc.constant(4),
    },
    { requiredKeys: ['tag', 'comprehensionRequired', 'value'] },
  );
  fc.assert(
    fc.property(fc.array(object), (objects) => {
      expect(decodeComprehensionTlvs(encodeComprehensionTlvs(objects))).toEqual(objects);
    }),
    { seed: 12 },
  );
});

test('a tag over 7e has three octets', () => {
  const object = { tag: 0x1234, comprehensionRequired: true, value: fromHex('01') };
  expect(toHex(encodeComprehensionTlvs([object]))).toBe('7f92340101');
  expect(decodeComprehensionTlvs(fromHex('7f92340101'))).toEqual([object]);
});

test('whatever comes as data objects is read and written again, or refused with a code', () => {
  const small = fc.array(fc.constantFrom(0, 1, 2, 3, 0x7f, 0x80, 0x81, 0x82, 0x83, 0xff, 0x5f), { maxLength: 12 });
  fc.assert(
    fc.property(
      fc.oneof(
        bytes(0, 30),
        small.map((some) => Uint8Array.from(some)),
      ),
      (some) => {
        onlyUiccErrors(() =>
          expect(join(...decodeTlvs(some).map(({ tag, value }) => encodeTlv(tag, value)))).toEqual(some),
        );
        onlyUiccErrors(() => expect(encodeComprehensionTlvs(decodeComprehensionTlvs(some))).toEqual(some));
      },
    ),
    { seed: 13, numRuns: 10_000 },
  );
});
