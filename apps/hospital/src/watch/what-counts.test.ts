import { defaultPolicy, initialPatient } from '@vitalseal/clinical';
import {
  decimal,
  type Identity,
  type Location,
  mdc,
  mdcUnit,
  type Reading,
  type Step2Message,
} from '@vitalseal/protocol';
import { expect, test } from 'vitest';
import { clinicalValues } from './clinical-values.ts';
import { observed } from './evaluate.ts';
import { type MonitoredPatient, withReading } from './monitored-patient.ts';
import { whatCounts } from './what-counts.ts';

const who: Identity = { role: 'patient', id: 'p1' };
const minute = 60_000;
const start = Date.UTC(2026, 0, 1);

const fresh: MonitoredPatient = {
  number: 1,
  identity: who,
  name: 'p1',
  bed: '',
  policy: defaultPolicy,
  admitted: true,
  state: initialPatient(defaultPolicy),
  through: 0,
  news2: undefined,
  last: new Map(),
  location: undefined,
  recent: [],
  alarms: new Map(),
};

function reading(at: number, pulse: number, how: 'sealed' | 'open', code: number = mdc.heartRate): Reading {
  const source: Identity = how === 'open' ? who : { role: 'sensor', id: 's1' };
  return {
    origin: { source, channel: new Uint8Array(8), sequence: at / minute },
    measuredAt: { utcMs: start + at, offsetMinutes: 0 },
    measurements: [{ code, unit: mdcUnit.beatsPerMinute, value: decimal(pulse, 0) }],
    ...(how === 'open' && { unsealed: { profile: 'heart-rate', device: 'strap' } }),
  };
}

/** @param received when it comes to the hospital; left out, when it was measured */
function after(patient: MonitoredPatient, taken: Reading, received?: number, place?: Location): MonitoredPatient {
  const at = taken.measuredAt.utcMs;
  const receivedAt = received === undefined ? at : start + received;
  const values = clinicalValues(whatCounts(patient, taken, receivedAt));
  const { state, news2 } = observed(patient, { at, values, receivedAt }, (error) => {
    throw error;
  });
  const message: Step2Message = {
    sender: who,
    recipient: { role: 'hospital', id: 'h' },
    sentAt: taken.measuredAt,
    reading: taken,
    ...(place && { location: place }),
  };
  return { ...patient, ...withReading(patient, new Map(patient.last), message, receivedAt), state, news2 };
}

test('a pulse that came open does not speak against a sealed one, by whichever code it comes', () => {
  const ill = after(fresh, reading(0, 150, 'sealed'));
  expect(ill.news2?.parts.pulse).toBe(3);
  for (const code of [mdc.heartRate, mdc.pulseRate, mdc.pulseRateOfCuff]) {
    const forged = after(ill, reading(minute, 70, 'open', code));
    expect(forged.news2?.parts.pulse).toBe(3);
    expect([...forged.last.values()].map(({ measurement }) => measurement.value)).toEqual([decimal(150, 0)]);
    expect(forged.recent).toHaveLength(2);
  }
});

test('it counts where no sealed sensor says what the pulse is, or none does any more', () => {
  expect(after(fresh, reading(0, 135, 'open')).news2?.parts.pulse).toBe(3);
  const before = after(fresh, reading(0, 70, 'sealed'));
  expect(after(before, reading(9 * minute, 135, 'open')).news2?.parts.pulse).toBe(0);
  const lapsed = after(before, reading(11 * minute, 135, 'open'));
  expect(lapsed.news2?.parts.pulse).toBe(3);
  expect(lapsed.last.get(mdc.heartRate)?.source).toBe('standard-sensor');
});

test('a sealed value takes the place of one that came open at once', () => {
  const open = after(fresh, reading(0, 70, 'open'));
  const sealed = after(open, reading(minute, 150, 'sealed'));
  expect(sealed.news2?.parts.pulse).toBe(3);
  expect(sealed.last.get(mdc.heartRate)).not.toHaveProperty('source');
});

test('one that states a time to come does not keep sealed ones from being the last, and so from counting', () => {
  for (const ahead of [minute, 60 * minute, 365 * 24 * 60 * minute]) {
    const poisoned = after(fresh, reading(ahead, 70, 'open'), 0);
    const ill = after(poisoned, reading(minute / 2, 150, 'sealed'), minute / 2);
    expect(ill.last.get(mdc.heartRate)?.measurement.value).toEqual(decimal(150, 0));
    const forged = after(ill, reading(minute, 70, 'open'), minute);
    expect(forged.last.get(mdc.heartRate)?.measurement.value).toEqual(decimal(150, 0));
    expect(after(forged, reading(ahead, 70, 'open'), minute).last).toEqual(forged.last);
  }
});

test('a stream that comes open, always a little newer, does not keep a sealed one out', () => {
  const open = after(fresh, reading(10_000, 70, 'open'));
  const sealed = after(open, reading(8000, 150, 'sealed'), 11_000);
  expect(sealed.last.get(mdc.heartRate)).not.toHaveProperty('source');
  const next = after(sealed, reading(12_000, 70, 'open'));
  expect(next.last.get(mdc.heartRate)?.measurement.value).toEqual(decimal(150, 0));
  // What is as old as to count for nothing is not brought back.
  const late = after(after(fresh, reading(60 * minute, 70, 'open')), reading(0, 150, 'sealed'), 60 * minute);
  expect(late.last.get(mdc.heartRate)?.source).toBe('standard-sensor');
});

test('a place that a wrong clock told is not where the patient is, once another is told', () => {
  const placed = (latitude: number, at: number): Location => ({
    latitude,
    longitude: 10,
    accuracyMetres: 5,
    at: start + at,
  });
  const wrong = after(fresh, reading(0, 70, 'sealed'), 0, placed(1, 365 * 24 * 60 * minute));
  const right = after(wrong, reading(minute, 70, 'sealed'), minute, placed(2, minute));
  expect(right.location?.latitude).toBe(2);
  expect(after(right, reading(2 * minute, 70, 'sealed'), 2 * minute, placed(3, 0)).location?.latitude).toBe(2);
});
