// Texts of the toolkit in every coding they come in.

import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { fromHex, join, toHex } from '../../bytes.ts';
import { onlyUiccErrors } from '../../only-uicc-errors.fixture.ts';
import { decodeAddress, encodeAddress } from '../address.ts';
import { decodeBearerDescription } from '../bearer-description.ts';
import { displayOf } from '../display.ts';
import { decodeNetworkAccessName, encodeNetworkAccessName } from '../network-access-name.ts';
import { decodeAlphaIdentifier, encodeAlphaIdentifier } from './alpha-identifier.ts';
import { decodeTextString, encodeTextString } from './text-string.ts';

describe('an alpha identifier', () => {
  test.each([
    ['default alphabet', '436c6f73652049442031', 'Close ID 1'],
    ['default alphabet, filled up', '4f70656effff', 'Open'],
    ['extension of the default alphabet', '1b651b3c001b3e', '€[@]'],
    ['UCS2', '8004170414', 'ЗД'],
    // TS 102 221 annex A: half pages of 128 characters, here the one of Cyrillic letters
    ['UCS2 with a half page', '81050897942041b0', 'ЗД Aа'],
    ['UCS2 with a base', '8205041087842041b0', 'ЗД Aр'],
    ['nothing', '', ''],
  ])('%s', (_, hex, text) => {
    expect(decodeAlphaIdentifier(fromHex(hex))).toBe(text);
  });

  test('is written in the default alphabet where that has every character', () => {
    expect(toHex(encodeAlphaIdentifier('Open ID'))).toBe('4f70656e204944');
    expect(toHex(encodeAlphaIdentifier('ЗД'))).toBe('8004170414');
  });
});

describe('a text string', () => {
  test.each([
    ['packed', '00d3309bfc06c95c301aa8e80259c3ec34b9ac07c9602f58ed159bb940', 'Saldo 2.04 E. Validez 20/05/13. '],
    ['an octet a character', '0454657874', 'Text'],
    ['an octet a character, of a message class', 'f4557365724c6f67', 'UserLog'],
    ['UCS2', '080417', 'З'],
    ['nothing', '', ''],
  ])('%s', (_, hex, text) => {
    expect(decodeTextString(fromHex(hex))).toBe(text);
  });
});

test('texts come back as they were', () => {
  const text = fc.string({ unit: fc.constantFrom(...'abc €[]^@£Δ äÄ ЗД中'), maxLength: 20 });
  fc.assert(
    fc.property(text, (one) => {
      expect(decodeAlphaIdentifier(encodeAlphaIdentifier(one))).toBe(one);
      expect(decodeTextString(encodeTextString(one))).toBe(one);
    }),
    { seed: 8 },
  );
});

test('numbers and access names come back as they were', () => {
  const digits = fc.string({ unit: fc.constantFrom(...'0123456789*#,?'), maxLength: 20 });
  const name = fc.array(fc.stringMatching(/^[a-z0-9-]{1,12}$/), { minLength: 1, maxLength: 4 });
  fc.assert(
    fc.property(digits, name, fc.nat(7), fc.nat(15), (number, labels, typeOfNumber, numberingPlan) => {
      const address = { typeOfNumber, numberingPlan, digits: number };
      expect(decodeAddress(encodeAddress(address))).toEqual(address);
      expect(decodeNetworkAccessName(encodeNetworkAccessName(labels.join('.')))).toBe(labels.join('.'));
    }),
    { seed: 9 },
  );
});

test('whatever comes as a text, a number or a name is read, or refused with a code', () => {
  const bytes = fc.uint8Array({ maxLength: 30 }).map((some) => Uint8Array.from(some));
  const coded = fc.tuple(fc.constantFrom(0x80, 0x81, 0x82), bytes).map(([coding, rest]) => join(coding, rest));
  fc.assert(
    fc.property(fc.oneof(bytes, coded), fc.integer({ min: 1, max: 0x7e }), (value, tag) => {
      onlyUiccErrors(() => decodeAlphaIdentifier(value));
      onlyUiccErrors(() => decodeTextString(value));
      onlyUiccErrors(() => decodeAddress(value));
      onlyUiccErrors(() => decodeNetworkAccessName(value));
      onlyUiccErrors(() => decodeBearerDescription(value));
      onlyUiccErrors(() => displayOf([{ tag, comprehensionRequired: true, value }]));
    }),
    { seed: 10, numRuns: 3000 },
  );
});
