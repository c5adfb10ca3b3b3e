import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { bytesToHex } from '../bytes.ts';
import {
  formatSensorCode,
  generateSensorCode,
  parseSensorCode,
  sensorCodeForScanning,
  sensorCodeKey,
} from './index.ts';

const seed = 20260122;
const malformed = expect.objectContaining({ code: 'sensor-code-malformed' });
/** 24 digits with the check digit that Damm's algorithm gives them. */
const code = '1234567890123456789012346';

function withCheckDigit(digits: string): string {
  for (let check = 0; check < 10; check++) {
    try {
      return parseSensorCode(digits + check);
    } catch {}
  }
  throw new Error('expected one of the ten check digits to fit');
}

const anyCode = fc.stringMatching(/^\d{24}$/).map(withCheckDigit);

describe('the code of a sensor', () => {
  it('is 25 digits, never twice the same, and reads as it was printed and scanned', () => {
    const codes = Array.from({ length: 200 }, generateSensorCode);
    expect(new Set(codes).size).toBe(200);
    for (const made of codes) {
      expect(made).toMatch(/^\d{25}$/);
      expect(parseSensorCode(formatSensorCode(made))).toBe(made);
      expect(parseSensorCode(sensorCodeForScanning(made))).toBe(made);
    }
    expect(formatSensorCode(code)).toBe('12345 67890 12345 67890 12346');
  });

  it('has each digit about equally often in each place', () => {
    const counts = Array.from({ length: 10 }, () => 0);
    for (let i = 0; i < 1000; i++)
      for (const digit of generateSensorCode()) counts[Number(digit)] = (counts[Number(digit)] ?? 0) + 1;
    // 2,500 of each are expected; six standard deviations are 285.
    for (const count of counts) expect(Math.abs(count - 2500)).toBeLessThan(285);
  });

  it('may be typed with blanks, dashes and Arabic-Indic digits', () => {
    for (const typed of [
      ' 12345 67890 12345 67890 12346\n',
      '12345-67890-12345–67890 12346',
      'vss1-12345 67890 12345 67890 12346',
      '١٢٣٤٥ ٦٧٨٩٠ ١٢٣٤٥ ٦٧٨٩٠ ١٢٣٤٦',
      '\u200f۱۲۳۴۵ ۶۷۸۹۰ ۱۲۳۴۵ ۶۷۸۹۰ ۱۲۳۴۶',
    ]) {
      expect(parseSensorCode(typed)).toBe(code);
    }
  });

  it('with one digit mistyped, or two neighbours swapped, is refused', () => {
    const place = fc.integer({ min: 0, max: 24 });
    fc.assert(
      fc.property(anyCode, place, fc.integer({ min: 1, max: 9 }), (right, at, by) => {
        const wrong = String((Number(right[at]) + by) % 10);
        expect(() => parseSensorCode(right.slice(0, at) + wrong + right.slice(at + 1))).toThrowError(malformed);
      }),
      { seed },
    );
    fc.assert(
      fc.property(anyCode, fc.integer({ min: 0, max: 23 }), (right, at) => {
        const [one = '', other = ''] = right.slice(at, at + 2);
        fc.pre(one !== other);
        expect(() => parseSensorCode(right.slice(0, at) + other + one + right.slice(at + 2))).toThrowError(malformed);
      }),
      { seed },
    );
  });

  it('of any text is 25 digits or refused', () => {
    fc.assert(
      fc.property(fc.oneof(fc.string({ unit: 'binary' }), fc.stringMatching(/^[\d \-٠-٩]{20,110}$/)), (text) => {
        try {
          expect(parseSensorCode(text)).toMatch(/^\d{25}$/);
        } catch (error) {
          expect(error).toEqual(malformed);
        }
      }),
      { seed, numRuns: 500 },
    );
  });

  it('has one key, however it was typed', async () => {
    const key = await sensorCodeKey(code);
    expect(await sensorCodeKey(formatSensorCode(code))).toEqual(key);
    expect(bytesToHex(key)).toBe('c56a5484b74f31bc4b1f07f9c687020a7df63a34e95e8dc5113c366e20a26752');
    await expect(sensorCodeKey('12345')).rejects.toThrowError(malformed);
  });
});
