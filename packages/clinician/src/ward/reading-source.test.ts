import { type HospitalToDoctor, mdc, mdcUnit, type Reading } from '@vitalseal/protocol';
import { expect, test } from 'vitest';
import { otherValueInWords, otherValueName } from './other-values.ts';
import { receiveHistory, receivePatient, receiveReading } from './receive-patient.ts';
import { emptyWard } from './ward-store.ts';

const who = { role: 'patient', id: 'p1' } as const;
const pulse = { code: mdc.pulseRate, unit: mdcUnit.beatsPerMinute, value: { mantissa: 88, exponent: 0 } };
const weight = { code: mdc.bodyMass, unit: mdcUnit.kilograms, value: { mantissa: 70_500, exponent: -3 } };
const ward = emptyWard({ role: 'doctor', id: 'd' }, 0);

function reading(at: number, unsealed?: Reading['unsealed']): Reading {
  return {
    origin: { source: unsealed ? who : { role: 'sensor', id: 's1' }, channel: new Uint8Array(8), sequence: at },
    measuredAt: { utcMs: at, offsetMinutes: 0 },
    measurements: [pulse, weight],
    ...(unsealed && { unsealed }),
  };
}

const summary: Extract<HospitalToDoctor, { type: 'patient' }> = {
  type: 'patient',
  patient: who,
  name: 'Ada',
  scale: 1,
  alarms: [],
  last: [{ measurement: pulse, measuredAt: 5, source: 'entered' }],
  at: 10,
};

test('each value keeps how it came: live, of the past, and in the summary that a page begins with', () => {
  const begun = receivePatient(ward, summary);
  expect(begun.patients.get('p1')?.series.get('pulse')?.last).toEqual({ at: 5, value: 88, source: 'entered' });
  const unsealed = { profile: 'pulse-oximeter', device: 'Oxi' } as const;
  const live = receiveReading(begun, { type: 'reading', patient: who, reading: reading(9, unsealed), at: 10 });
  const shown = live.patients.get('p1');
  expect(shown?.series.get('pulse')?.last).toEqual({ at: 9, value: 88, source: 'standard-sensor' });
  expect(shown?.others?.get(mdc.bodyMass)).toEqual({ measurement: weight, at: 9, source: 'standard-sensor' });
  const past = receiveHistory(live, { type: 'history', patient: who, readings: [reading(7)], more: false });
  expect(past.patients.get('p1')?.series.get('pulse')?.at(7)).toEqual({ at: 7, value: 88 });
  expect(past.patients.get('p1')?.others?.get(mdc.bodyMass)?.at).toBe(9);
});

test('what no rule reads is written with its name, its unit and the digits the device gave', () => {
  expect([otherValueName(weight), otherValueInWords(weight)]).toEqual(['Weight', '70.500 kg']);
  const unknown = { code: 1, unit: 2, value: { mantissa: 3, exponent: 1 } };
  expect([otherValueName(unknown), otherValueInWords(unknown)]).toEqual(['Measurement 1', '30 (unit 2)']);
  expect(otherValueInWords({ ...weight, value: '+infinity' })).toBe('above what the device can measure');
});
