import { decimal, type LastValue, type Measurement, mdc, mdcUnit, type Reading } from '@vitalseal/protocol';
import { expect, test } from 'vitest';
import { callForHelp, phonePutBack, sharedSince, silenceInWords } from './patient-says.ts';
import { reasonsInWords } from './reasons.ts';

const pressedAt = Date.UTC(2026, 0, 2, 4, 12);
const unit = mdcUnit.dimensionless;
const one = decimal(1, 0);
const none = decimal(0, 0);
const saying = (...measurements: Measurement[]): Reading => ({
  origin: { source: { role: 'patient', id: 'p1' }, channel: new Uint8Array(8), sequence: 1 },
  measuredAt: { utcMs: pressedAt, offsetMinutes: 0 },
  measurements,
});

test('a call for help is an alarm of high priority that stays until it is acknowledged, with its own time', () => {
  const changes = callForHelp(saying({ code: mdc.helpRequested, unit, value: one }), pressedAt + 1000);
  expect(changes.map(({ change, priority }) => [change, priority])).toEqual([
    ['raised', 'high'],
    ['resolved', 'high'],
  ]);
  expect(changes.flatMap(({ reason }) => reasonsInWords(reason))[0]).toBe('the patient called for help at 04:12 UTC');
});

test('a reading, and a call that is none, are no alarm', () => {
  expect(callForHelp(saying({ code: mdc.bodyTemperature, unit: mdcUnit.degreesCelsius, value: one }), 0)).toEqual([]);
  expect(callForHelp(saying({ code: mdc.helpRequested, unit, value: none }), 0)).toEqual([]);
  expect(callForHelp(saying({ code: mdc.helpRequested, unit, value: 'nan' }), 0)).toEqual([]);
});

test('silence is explained by sharing that was withdrawn, and not once it was given again', () => {
  const withdrawn = { code: mdc.readingsShared, unit, value: none };
  const place = { code: mdc.placeShared, unit, value: one };
  expect(sharedSince(saying(withdrawn, place))).toEqual({ readings: false, place: true });
  expect(sharedSince(saying(place))).toBeUndefined();
  const source = 'entered' as const;
  const last = (measurement: Measurement): Map<number, LastValue> =>
    new Map([[mdc.readingsShared, { measurement, measuredAt: pressedAt, source }]]);
  expect(silenceInWords(last(withdrawn))).toEqual([
    'the patient has withdrawn the sharing of readings since 2026-01-02 04:12 UTC',
  ]);
  expect(silenceInWords(last({ ...withdrawn, value: one }))).toEqual([]);
  expect(silenceInWords(new Map())).toEqual([]);
  // A card that was made anew shares again, and says nothing of it.
  const since = { measurement: { code: mdc.heartRate, unit, value: one }, measuredAt: pressedAt + 1 };
  expect(silenceInWords(last(withdrawn).set(mdc.heartRate, since))).toEqual([]);
  const before = { ...since, measuredAt: pressedAt - 1 };
  expect(silenceInWords(last(withdrawn).set(mdc.heartRate, before))).toHaveLength(1);
});

test('a phone that was put back is an alarm of low priority, with the time of which readings may be missing', () => {
  const minutes = { code: mdc.phonePutBack, unit: mdcUnit.minutes, value: decimal(90, 0) };
  const changes = phonePutBack(saying(minutes), pressedAt);
  expect(changes.map(({ change, priority, dispatch }) => [change, priority, dispatch])).toEqual([
    ['raised', 'low', false],
    ['resolved', 'low', false],
  ]);
  expect(changes.slice(0, 1).flatMap(({ reason }) => reasonsInWords(reason))).toEqual([
    "the patient's phone was put back from an older copy of itself",
    'readings of between 2026-01-02 02:42 and 2026-01-02 04:12 UTC that had not reached the hospital may be missing',
  ]);
  const sealed: Reading = { ...saying(minutes), origin: { ...saying().origin, source: { role: 'sensor', id: 's1' } } };
  for (const reading of [sealed, saying({ ...minutes, value: 'nan' }), saying({ ...minutes, code: mdc.heartRate })]) {
    expect(phonePutBack(reading, pressedAt)).toEqual([]);
  }
});

test('no sensor calls for help or withdraws sharing in the name of the patient', () => {
  const withdrawn = { code: mdc.readingsShared, unit, value: none };
  const words = [
    { code: mdc.helpRequested, unit, value: one },
    withdrawn,
    { code: mdc.placeShared, unit, value: none },
  ];
  const patients = saying(...words);
  expect([callForHelp(patients, 0).length, sharedSince(patients)]).toEqual([2, { readings: false, place: false }]);
  const sealed: Reading = { ...patients, origin: { ...patients.origin, source: { role: 'sensor', id: 's1' } } };
  const open: Reading = { ...patients, unsealed: { profile: 'heart-rate', device: 'strap' } };
  for (const reading of [sealed, open]) {
    expect([callForHelp(reading, 0), sharedSince(reading)]).toEqual([[], undefined]);
  }
  for (const source of [undefined, 'standard-sensor'] as const) {
    const value: LastValue = { measurement: withdrawn, measuredAt: pressedAt, ...(source && { source }) };
    expect(silenceInWords(new Map([[mdc.readingsShared, value]]))).toEqual([]);
  }
});
