import { decimalToNumber, mdc, mdcUnit } from '@vitalseal/protocol';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import {
  consciousnessLevels,
  consciousnessMeasurement,
  oxygenMeasurement,
  vitalMeasurement,
  vitalNumbers,
} from './vital-measurement.ts';

test('a value keeps the digits it was written with', () => {
  expect(vitalMeasurement('hr', 109.5)).toEqual({
    code: mdc.heartRate,
    unit: mdcUnit.beatsPerMinute,
    value: { mantissa: 1095, exponent: -1 },
  });
  expect(vitalMeasurement('spo2', 94).value).toEqual({ mantissa: 94, exponent: 0 });
  expect(vitalMeasurement('temp', -0.25).value).toEqual({ mantissa: -25, exponent: -2 });
});

test('every vital sign comes back as the number it was, to a thousandth', () => {
  fc.assert(
    fc.property(fc.constantFrom(...vitalNumbers), fc.integer({ min: -400_000, max: 400_000 }), (vital, thousandths) => {
      const { value } = vitalMeasurement(vital, thousandths / 1000);
      expect(typeof value === 'object' && decimalToNumber(value)).toBe(thousandths / 1000);
    }),
    { seed: 20260115 },
  );
});

test('oxygen and consciousness are whole numbers without a unit', () => {
  expect(oxygenMeasurement(1)).toMatchObject({ code: mdc.supplementalOxygen, value: { mantissa: 1, exponent: 0 } });
  const mantissas = consciousnessLevels.map((level) => consciousnessMeasurement(level).value);
  expect(mantissas).toEqual([0, 1, 2, 3, 4].map((mantissa) => ({ mantissa, exponent: 0 })));
});

test('what is no number is refused', () => {
  expect(() => vitalMeasurement('hr', Number.NaN)).toThrowError(
    expect.objectContaining({ code: 'measurement-malformed' }),
  );
});
