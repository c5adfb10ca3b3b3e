// What a patient types in: values by the column names of a recording.

import type { Measurement } from '@vitalseal/protocol';
import {
  consciousnessLevels,
  consciousnessMeasurement,
  oxygenMeasurement,
  vitalMeasurement,
  vitalNumbers,
} from '@vitalseal/secure-element';
import { PatientError } from './errors.ts';

export const valueNames = [...vitalNumbers, 'oxygen', 'consciousness'] as const;

/** For whoever types them in. */
export const valuesInWords: Readonly<Record<(typeof valueNames)[number], string>> = {
  hr: 'pulse, beats a minute',
  spo2: 'oxygen saturation, percent',
  resp: 'breaths a minute',
  sbp: 'upper (systolic) blood pressure, mmHg',
  dbp: 'lower (diastolic) blood pressure, mmHg',
  temp: 'temperature, degrees Celsius',
  oxygen: '1 while oxygen is given, else 0',
  consciousness: `one of ${consciousnessLevels.join(', ')}: alert, confused, answers voice, answers pain, unresponsive`,
};

/** @throws PatientError `patient-value-missing`, `patient-option-invalid` */
export function enteredMeasurements(values: Readonly<Record<string, unknown>>): Measurement[] {
  const measurements: Measurement[] = [];
  for (const vital of vitalNumbers) {
    const text = values[vital];
    if (text !== undefined) measurements.push(vitalMeasurement(vital, numberOf(text, vital)));
  }
  const { oxygen, consciousness } = values;
  if (oxygen !== undefined) {
    if (oxygen !== '0' && oxygen !== '1') throw invalid('oxygen as 0 or 1');
    measurements.push(oxygenMeasurement(oxygen === '1' ? 1 : 0));
  }
  if (consciousness !== undefined) {
    const level = consciousnessLevels.find((one) => one === consciousness);
    if (!level) throw invalid(`consciousness among ${consciousnessLevels.join(', ')}`);
    measurements.push(consciousnessMeasurement(level));
  }
  if (measurements.length === 0) throw new PatientError('patient-value-missing', 'expected at least one value');
  return measurements;
}

function numberOf(text: unknown, vital: string): number {
  if (typeof text === 'string' && /^-?\d{1,5}(?:\.\d{1,3})?$/.test(text)) return Number(text);
  throw invalid(`${vital} as a number with at most three decimals`);
}

function invalid(expected: string): PatientError {
  return new PatientError('patient-option-invalid', `expected ${expected}`);
}
