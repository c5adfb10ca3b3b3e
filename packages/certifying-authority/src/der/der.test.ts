import { bytesToHex, hexToBytes } from '@vitalseal/protocol';
import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { CertificateError } from '../errors.ts';
import { DerReader, derTag, readSingle } from './reader.ts';
import { encodeTime, readTime } from './time.ts';
import { defaultFalse, namedBits, smallInteger } from './values.ts';
import {
  derElement,
  derInteger,
  derNamedBits,
  derObjectIdentifier,
  derSequence,
  derSetOf,
  derUnsigned,
} from './writer.ts';

const seed = 20260615;

function readInteger(hex: string): number {
  return smallInteger(readSingle(hexToBytes(hex), derTag.integer, 'a number'), 'a number');
}

function time(text: string, tag: number): number {
  return readTime(new DerReader(derElement(tag, new TextEncoder().encode(text))), 'a time');
}

describe('DER', () => {
  it('reads back what it wrote, whatever its length', () => {
    const lengths = [0, 1, 127, 128, 255, 256, 65535, 65536];
    for (const length of lengths) {
      const content = new Uint8Array(length).fill(7);
      const read = readSingle(derElement(derTag.octetString, content), derTag.octetString, 'octets');
      expect(read.content.length).toBe(length);
    }
  });

  it('reads back whole numbers', () => {
    fc.assert(
      fc.property(fc.nat({ max: 2 ** 48 - 1 }), (value) => {
        expect(readInteger(bytesToHex(derInteger(value)))).toBe(value);
      }),
      { seed },
    );
    for (const value of [0, 127, 128, 255, 256, 2 ** 48 - 1])
      expect(readInteger(bytesToHex(derInteger(value)))).toBe(value);
  });

  it('refuses lengths that are indefinite, longer than needed, too long or beyond the end', () => {
    for (const hex of ['0480000000', '04810100', '0482000100', '048400000001ff', '0402ff', '04', '0481', '']) {
      expect(() => readSingle(hexToBytes(hex), derTag.octetString, 'octets')).toThrow(CertificateError);
    }
  });

  it('refuses tags of several octets and anything behind the end', () => {
    expect(() => new DerReader(hexToBytes('1f8101')).any('anything')).toThrow(CertificateError);
    expect(() => readSingle(hexToBytes('040000'), derTag.octetString, 'octets')).toThrow(CertificateError);
  });

  it('refuses numbers that are negative, empty, padded or too large', () => {
    for (const hex of ['0201ff', '0200', '02020001', '020800ffffffffffffff'])
      expect(() => readInteger(hex)).toThrow(CertificateError);
  });

  it('refuses a boolean that is not 00 or FF, and a written default', () => {
    for (const hex of ['010101', '010100', '01020000']) {
      expect(() => defaultFalse(new DerReader(hexToBytes(hex)), 'a flag')).toThrow(CertificateError);
    }
    expect(defaultFalse(new DerReader(hexToBytes('0101ff')), 'a flag')).toBe(true);
    expect(defaultFalse(new DerReader(hexToBytes('')), 'a flag')).toBe(false);
  });

  it('reads back named bits, and refuses them with trailing zeros', () => {
    for (const bits of [[0], [5, 6], [0, 2, 8], [7]]) {
      const element = readSingle(derNamedBits(bits), derTag.bitString, 'bits');
      expect([...namedBits(element, 'bits')]).toEqual(bits);
    }
    for (const hex of ['030100', '03020600', '0302000e', '03020881', '030205ff']) {
      expect(() => namedBits(readSingle(hexToBytes(hex), derTag.bitString, 'bits'), 'bits')).toThrow(CertificateError);
    }
  });

  it('writes object identifiers, sets and numbers as published', () => {
    expect(bytesToHex(derObjectIdentifier('1.2.840.113549.1.9.14'))).toBe('06092a864886f70d01090e');
    expect(bytesToHex(derSetOf(derInteger(2), derInteger(1)))).toBe('3106020101020102');
    expect(bytesToHex(derUnsigned(hexToBytes('000080')))).toBe('02020080');
    expect(bytesToHex(derSequence())).toBe('3000');
  });
});

describe('time', () => {
  it('is written as UTCTime to 2049 and as GeneralizedTime from 2050, and reads back', () => {
    const second = 1000;
    fc.assert(
      fc.property(
        fc.integer({ min: Date.UTC(1950, 0, 1) / second, max: Date.UTC(9999, 11, 31) / second }),
        (seconds) => {
          expect(readTime(new DerReader(encodeTime(seconds * second)), 'a time')).toBe(seconds * second);
        },
      ),
      { seed },
    );
    expect(encodeTime(Date.UTC(2049, 11, 31, 23, 59, 59))[0]).toBe(derTag.utcTime);
    expect(encodeTime(Date.UTC(2050, 0, 1))[0]).toBe(derTag.generalizedTime);
  });

  it('is refused in any form but one', () => {
    const wrong: [string, number][] = [
      ['2606151200Z', derTag.utcTime],
      ['260615120000+0000', derTag.utcTime],
      ['260615120000', derTag.utcTime],
      ['260230120000Z', derTag.utcTime],
      ['260615240000Z', derTag.utcTime],
      ['260615126000Z', derTag.utcTime],
      ['261315120000Z', derTag.utcTime],
      ['260615120000.5Z', derTag.utcTime],
      ['20260615120000Z', derTag.generalizedTime],
      ['20510615120000.1Z', derTag.generalizedTime],
      ['20510015120000Z', derTag.generalizedTime],
      ['260615120000Z', derTag.octetString],
    ];
    for (const [text, tag] of wrong) expect(() => time(text, tag)).toThrow(CertificateError);
    expect(time('260615120000Z', derTag.utcTime)).toBe(Date.UTC(2026, 5, 15, 12));
    expect(time('500615120000Z', derTag.utcTime)).toBe(Date.UTC(1950, 5, 15, 12));
  });
});
