import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { decimal, encodeStep2Message, type Identity, mdc, mdcUnit, type Step2Message } from '@vitalseal/protocol';
import fc from 'fast-check';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { openStore, type Store } from '../store/open-store.ts';
import { formerReading } from '../testing/former-reading.ts';
import { testWrappingKeys } from '../testing/test-wrapping-keys.ts';
import { commitMoment } from './moment.ts';
import { Ward } from './ward.ts';

const hospital: Identity = { role: 'hospital', id: 'h1' };
const start = Date.UTC(2026, 0, 1);
const onProblem = (error: unknown) => {
  throw error;
};
const timestamp = (utcMs: number) => ({ utcMs, offsetMinutes: 0 });

let dataDir: string;
let store: Store;
beforeEach(async () => {
  dataDir = mkdtempSync(join(tmpdir(), 'vitalseal-ward-'));
  store = await openStore({ dataDir, wrappingKeys: testWrappingKeys });
  for (const id of ['p1', 'p2'])
    await store.patients.admit({ identity: id, name: id, bed: '', policy: null, at: start });
});
afterEach(async () => {
  await store.close();
  rmSync(dataDir, { recursive: true });
});

const load = () => Ward.load({ store, hospital, timestamp, isWatched: () => false, callsOf: () => [], onProblem });

function message(id: string, sequence: number, at: number, values: { pulse: number; spo2: number }): Step2Message {
  const patient: Identity = { role: 'patient', id };
  const source: Identity = { role: 'sensor', id: `s-${id}` };
  return {
    sender: patient,
    recipient: hospital,
    sentAt: timestamp(at),
    reading: {
      origin: { source, channel: new Uint8Array(8), sequence },
      measuredAt: timestamp(at),
      measurements: [
        { code: mdc.heartRate, unit: mdcUnit.beatsPerMinute, value: decimal(values.pulse, 0) },
        { code: mdc.pulseOximetrySaturation, unit: mdcUnit.percent, value: decimal(values.spo2, 0) },
      ],
    },
  };
}

/** Takes a reading in as the intake does, without its channel. */
async function takeIn(ward: Ward, now: number, id: string, taken: Step2Message): Promise<void> {
  const patient = ward.numberOf(id) ?? -1;
  await commitMoment({ store, ward, now: () => now }, async (moment) => {
    const { origin, measuredAt } = taken.reading;
    const stream = await store.streams.numberOf(moment.db, { patient, source: 's', channel: origin.channel });
    const row = {
      stream,
      sequence: origin.sequence,
      patient,
      measured_at: measuredAt.utcMs,
      received_at: now,
      payload: encodeStep2Message(taken),
    };
    for (const { number } of await store.readings.insert(moment.db, [formerReading(store, row)]))
      moment.ward.observe({ number, stream: 1, patient, message: taken });
  });
}

async function pass(ward: Ward, now: number): Promise<void> {
  await commitMoment({ store, ward, now: () => now }, async (moment) => {
    for (const patient of ward.admitted()) moment.ward.tick(patient);
  });
}

const snapshot = (ward: Ward) =>
  ward
    .admitted()
    .map((patient) => JSON.parse(JSON.stringify({ ...patient, alarms: [...patient.alarms], last: [...patient.last] })));

const step = fc.record({
  patient: fc.constantFrom('p1', 'p2'),
  afterS: fc.integer({ min: 1, max: 900 }),
  lateS: fc.constantFrom(0, 0, 0, 30, 4_000, -500),
  pulse: fc.constantFrom(20, 70, 75, 120, 160),
  spo2: fc.constantFrom(60, 84, 90, 97, 98),
  tick: fc.boolean(),
  remember: fc.constantFrom(false, false, false, true),
});

test('after a restart at any moment the ward is what it was, and no alarm is raised a second time', async () => {
  await fc.assert(
    fc.asyncProperty(fc.array(step, { minLength: 1, maxLength: 40 }), async (steps) => {
      const ward = await load();
      let now = start + Math.max(0, ...ward.admitted().map(({ state }) => (state.newest ?? start) - start)) + 3_600_000;
      let sequence = (await store.counts()).stored;
      for (const { patient, afterS, lateS, pulse, spo2, tick, remember } of steps) {
        now += afterS * 1000;
        await takeIn(ward, now, patient, message(patient, sequence++, now - lateS * 1000, { pulse, spo2 }));
        if (tick) await pass(ward, now);
        if (remember) await ward.remember();
      }
      const raised = (await store.counts()).alarms.raised;
      const again = await load();
      expect(snapshot(again)).toEqual(snapshot(ward));
      // What is due now was due before the restart, and nothing else.
      const trial = ward.draft(now);
      for (const patient of ward.admitted()) trial.tick(patient);
      const due = trial.events.filter((event) => event.type === 'alarm' && event.alarm.state === 'raised').length;
      await pass(again, now);
      expect((await store.counts()).alarms.raised).toBe(raised + due);
    }),
    { seed: 11, numRuns: 15 },
  );
});

test('a commit that fails changes neither store nor ward, and the next one is as if it had not been', async () => {
  const ward = await load();
  await takeIn(ward, start, 'p1', message('p1', 1, start, { pulse: 70, spo2: 97 }));
  const before = snapshot(ward);
  const failing = commitMoment({ store, ward, now: () => start + 1000 }, async (moment) => {
    moment.ward.observe({
      number: 99,
      stream: 1,
      patient: 1,
      message: message('p1', 2, start + 1000, { pulse: 200, spo2: 50 }),
    });
    throw new Error('no disk');
  });
  await expect(failing).rejects.toThrow('no disk');
  expect(snapshot(ward)).toEqual(before);
  await takeIn(ward, start + 2000, 'p1', message('p1', 2, start + 2000, { pulse: 71, spo2: 97 }));
  expect(ward.get(1)?.recent).toHaveLength(2);
  expect((await store.counts()).stored).toBe(2);
});
