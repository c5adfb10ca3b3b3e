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

test('the last reading of each patient is told as live, and of those before it since when there are any', () => {
  const moment = fc.array(fc.record({ patient: fc.integer({ min: 1, max: 4 }), utcMs: fc.nat() }), { maxLength: 60 });
  fc.assert(
    fc.property(moment, (readings) => {
      const events = readings.map(({ patient, utcMs }, sequence) => readingOf(patient, sequence, utcMs));
      const told = withPastTogether(events);
      for (const [patient, own] of Map.groupBy(events, (event) => event.patient)) {
        const toldOf = told.filter((event) => 'patient' in event && event.patient === patient);
        const past = toldOf.flatMap((event) => (event.type === 'past' ? [event.from] : []));
        const live = toldOf.flatMap((event) => (event.type === 'reading' ? [event.reading] : []));
        expect(live.at(-1)).toBe(own.at(-1)?.reading);
        if (past.length === 0) expect(live).toEqual(own.map(({ reading }) => reading));
        else expect(past).toEqual([Math.min(...own.map(({ reading }) => reading.measuredAt.utcMs))]);
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

test('of a backlog handed in at once the doctor is told the newest, and can ask for the rest', async () => {
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
  const past = device.heard.flatMap(({ message }) => (message.type === 'past' ? [message.from] : []));
  expect(past).toEqual([from]);
  const identity = { role: 'patient', id: 'p1' } as const;
  expect(await device.ask({ type: 'history', patient: identity, from })).toMatchObject({ ok: true });
  await device.until(({ message }) => message.type === 'history' && !message.more);
  const readings = device.heard.flatMap(({ message }) => (message.type === 'history' ? message.readings : []));
  expect(readings.map(({ origin }) => origin.sequence)).toEqual(Array.from({ length: 240 }, (_, sequence) => sequence));
});
