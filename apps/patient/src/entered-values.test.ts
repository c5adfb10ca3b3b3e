import { mdc } from '@vitalseal/protocol';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { enteredMeasurements, valueNames } from './entered-values.ts';

const refused = (code: string) => expect.objectContaining({ code });

test('values a patient types in become measurements with the digits typed', () => {
  expect(enteredMeasurements({ temp: '37.4', oxygen: '0', consciousness: 'A' })).toMatchObject([
    { code: mdc.bodyTemperature, value: { mantissa: 374, exponent: -1 } },
    { code: mdc.supplementalOxygen, value: { mantissa: 0, exponent: 0 } },
    { code: mdc.consciousness, value: { mantissa: 0, exponent: 0 } },
  ]);
});

test('nothing, or what is no value, is refused', () => {
  expect(() => enteredMeasurements({})).toThrowError(refused('patient-value-missing'));
  for (const values of [
    { hr: 'fast' },
    { hr: '1e3' },
    { hr: 80 },
    { hr: '' },
    { oxygen: '2' },
    { consciousness: 'B' },
  ]) {
    expect(() => enteredMeasurements(values)).toThrowError(refused('patient-option-invalid'));
  }
});

test('whatever is typed is a list of measurements or a code', () => {
  fc.assert(
    fc.property(fc.dictionary(fc.constantFrom(...valueNames), fc.string({ maxLength: 8 })), (values) => {
      try {
        expect(enteredMeasurements(values).length).toBeGreaterThan(0);
      } catch (error) {
        expect(error).toHaveProperty('code');
      }
    }),
    { seed: 20260117 },
  );
});
