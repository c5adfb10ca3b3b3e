import { defaultPolicy, initialPatient, news2At } from '@vitalseal/clinical';
import type { Reading } from '@vitalseal/protocol';
import fc from 'fast-check';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { TestHospital } from '../testing/test-hospital.ts';
import type { WardEvent } from '../watch/ward-event.ts';
import { withPastTogether } from './past-together.ts';

const doctor = { role: 'doctor', id: 'd1' } as const;
let hospital: TestHospital;

beforeAll(async () => {
  hospital = await TestHospital.start();
  await hospital.admit('p1');
  await hospital.onCall(doctor);
});
afterAll(() => hospital.remove());

const news2 = news2At(initialPatient(defaultPolicy), defaultPolicy, 0);

function readingOf(patient: number, sequence: number, utcMs = sequence): Extract<WardEvent, { type: 'reading' }> {
  const reading: Reading = {
    origin: { source: { role: 'sensor', id: 's' }, channel: new Uint8Array(8), sequence },
    measuredAt: { utcMs, offsetMinutes: 0 },
    measurements: [],
  };
  return { type: 'reading', patient, reading, news2, at: 0 };
}

test('every reading is told once, the last of each patient as live and those before it in order of time', () => {
  const moment = fc.array(fc.record({ patient: fc.integer({ min: 1, max: 4 }), utcMs: fc.nat() }), { maxLength: 60 });
  fc.assert(
    fc.property(moment, (readings) => {
      const events = readings.map(({ patient, utcMs }, sequence) => readingOf(patient, sequence, utcMs));
      const told = withPastTogether(events);
      for (const own of Map.groupBy(events, ({ patient }) => patient).values()) {
        const toldOf = told.filter((event) => 'patient' in event && event.patient === own[0]?.patient);
        const past = toldOf.flatMap((event) => (event.type === 'past' ? event.readings : []));
        const live = toldOf.flatMap((event) => (event.type === 'reading' ? [event.reading] : []));
        const all = own.map(({ reading }) => reading);
        expect(new Set([...past, ...live])).toEqual(new Set(all));
        expect(past.length + live.length).toBe(all.length);
        expect(live.at(-1)).toBe(all.at(-1));
        const times = past.map(({ measuredAt }) => measuredAt.utcMs);
        expect(times).toEqual(times.toSorted((a, b) => a - b));
      }
    }),
    { seed: 4711 },
  );
});

test('few readings of a patient, and whatever is no reading, stay as they are', () => {
  const events: WardEvent[] = [readingOf(1, 0), { type: 'patient', patient: 1 }, readingOf(2, 1), { type: 'rota' }];
  expect(withPastTogether(events)).toBe(events);
  const backlog = Array.from({ length: 50 }, (_, sequence) => readingOf(3, sequence));
  expect(withPastTogether([...events, ...backlog]).slice(0, 4)).toEqual(events);
});

test('a backlog handed in at once comes to the doctor as the past and one live reading', async () => {
  const device = await hospital.clinician(doctor);
  await device.agree();
  await device.listen();
  const patient = await hospital.patient('p1');
  await patient.agree();
  const from = Date.now() - 600_000;
  const records = [];
  for (let sequence = 0; sequence < 240; sequence++) {
    records.push(await patient.sealReading(sequence, { pulse: 72 }, from + sequence * 1000));
  }
  await patient.send(records);
  const { message: live } = await device.until(({ message }) => message.type === 'reading');
  expect(live).toMatchObject({ reading: { origin: { sequence: 239 } } });
  const past = device.heard.flatMap(({ message }) => (message.type === 'history' ? [message] : []));
  expect(past.map(({ more }) => more)).toEqual([true, false]);
  expect(past.flatMap(({ readings }) => readings).map(({ origin }) => origin.sequence)).toEqual(
    Array.from({ length: 239 }, (_, sequence) => sequence),
  );
});
