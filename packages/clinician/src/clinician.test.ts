import { afterEach, beforeEach, expect, test } from 'vitest';
import type { OpenedAlarm } from './clinician.ts';
import { Bench, doctor, until } from './test-hospital/bench.fixture.ts';
import { alarmNotice, liveReading, patientSummary } from './test-hospital/messages.ts';
import { welcome } from './test-hospital/test-hospital.ts';

let bench: Bench;

beforeEach(async () => {
  bench = await Bench.open({
    onSubscribe: () => [welcome(), patientSummary('p1'), { type: 'complete', at: Date.now() }],
    onMessage: (_, message) =>
      message.type === 'acknowledge' && message.alarm === 'of-others' ? 'unknown-alarm' : undefined,
  });
});

afterEach(() => bench.close());

test('the ward is known, and called live only once it was heard', async () => {
  const clinician = await bench.doctor();
  expect(clinician.ward.get().link.kind).toBe('connecting');
  await until(() => expect(clinician.ward.get().complete).toBe(true));
  const { link, patients, hospital } = clinician.ward.get();
  expect(link.kind).toBe('live');
  expect([...patients.keys()]).toEqual(['p1']);
  expect(hospital).toBe('St Example');
});

test('a reading is seen by vital, with the time at which it was measured', async () => {
  const clinician = await bench.settled();
  await bench.hospital.say(liveReading('p1', 1000, { pulse: 118, temperature: 38.4 }));
  await until(() => expect(clinician.counts().readings).toBe(1));
  const series = clinician.ward.get().patients.get('p1')?.series;
  expect(series?.get('pulse')?.last).toEqual({ at: 1000, value: 118 });
  expect(series?.get('temperature')?.last).toEqual({ at: 1000, value: 38.4 });
});

test("an alarm is opened, then confirmed as 'received' and as 'opened', each once", async () => {
  const alarms: OpenedAlarm[] = [];
  const clinician = await bench.settled({ onAlarm: (alarm) => void alarms.push(alarm) });
  await bench.raise('a1');
  await bench.raise('a1');
  await until(() => expect(clinician.counts()).toMatchObject({ received: 1, opened: 1, unusable: 0 }));
  expect(bench.receipts).toEqual(['received a1', 'opened a1']);
  expect(alarms.map(({ notice }) => notice.alarm)).toEqual(['a1']);
  expect(clinician.ward.get().alarms.get('a1')).toMatchObject({ patient: 'p1', state: 'notified', priority: 'high' });
});

test("where a person opens, 'opened' waits for that person", async () => {
  const clinician = await bench.settled({ opens: 'person' });
  await bench.raise('a1');
  await until(() => expect(bench.receipts).toEqual(['received a1']));
  clinician.markOpened('a1');
  clinician.markOpened('a1');
  clinician.markOpened('never-received');
  await until(() => expect(bench.receipts).toEqual(['received a1', 'opened a1']));
});

test("who acknowledged and when is the hospital's word, not the device's own", async () => {
  const clinician = await bench.settled();
  await bench.raise('a1');
  await until(() => expect(clinician.counts().received).toBe(1));
  await clinician.acknowledge('a1');
  expect(clinician.ward.get().alarms.get('a1')?.acknowledged).toBeUndefined();
  const patient = { role: 'patient', id: 'p1' } as const;
  await bench.hospital.say({ type: 'alarm-state', alarm: 'a1', patient, state: 'acknowledged', by: doctor, at: 77 });
  const acknowledged = { by: doctor, at: 77 };
  await until(() => expect(clinician.ward.get().alarms.get('a1')).toMatchObject({ acknowledged }));
});

test('a request that the hospital refuses fails, and the alarm stands as it was', async () => {
  const clinician = await bench.settled();
  await bench.raise('of-others');
  await until(() => expect(clinician.counts().received).toBe(1));
  await expect(clinician.acknowledge('of-others')).rejects.toMatchObject({
    code: 'request-refused',
    cause: { code: 'unknown-alarm' },
  });
  expect(clinician.ward.get().alarms.get('of-others')).toMatchObject({ state: 'notified', acknowledging: false });
});

test('an alarm that another certified party signed is counted, not shown', async () => {
  const clinician = await bench.settled();
  const forger = await bench.hospital.certify({ role: 'doctor', id: 'd2' });
  const [channel] = bench.hospital.listening;
  const envelope = await channel?.envelope(alarmNotice('forged', 'p1'), forger);
  if (envelope) await channel?.say({ type: 'alarm', envelope });
  await until(() => expect(clinician.ward.get().unusable).toMatchObject({ count: 1, lastCode: 'alarm-not-opened' }));
  expect(clinician.ward.get().alarms.size).toBe(0);
  expect(bench.receipts).toEqual([]);
});

test('a record that does not open is counted, and those behind it still arrive', async () => {
  const clinician = await bench.settled();
  const [channel] = bench.hospital.listening;
  const record = await channel?.seal(liveReading('p1', 1000, { pulse: 60 }));
  const last = (record?.length ?? 0) - 1;
  if (record) channel?.sendRaw(record.map((byte, i) => (i === last ? byte ^ 1 : byte)));
  await bench.hospital.say(liveReading('p1', 2000, { pulse: 61 }));
  await until(() => expect(clinician.counts()).toMatchObject({ readings: 1, unusable: 1 }));
  expect(clinician.ward.get().unusable.lastCode).toBe('record-not-opened');
});

test('a record that was heard before is counted and changes nothing', async () => {
  const clinician = await bench.settled();
  const [channel] = bench.hospital.listening;
  const record = await channel?.seal(liveReading('p1', 1000, { pulse: 60 }));
  if (record) for (let i = 0; i < 3; i += 1) channel?.sendRaw(record);
  await until(() => expect(clinician.counts()).toMatchObject({ readings: 1, unusable: 2 }));
  expect(clinician.ward.get().unusable.lastCode).toBe('record-replayed');
});

test('a value in another unit is refused, not guessed at', async () => {
  const clinician = await bench.settled();
  const message = liveReading('p1', 1000, { temperature: 37 });
  const fahrenheit = 268_224;
  if (message.type !== 'reading') throw new Error('expected a reading');
  const measurements = message.reading.measurements.map((measurement) => ({ ...measurement, unit: fahrenheit }));
  await bench.hospital.say({ ...message, reading: { ...message.reading, measurements } });
  await until(() => expect(clinician.ward.get().unusable.lastCode).toBe('message-not-understood'));
  expect(clinician.ward.get().patients.get('p1')?.series.size).toBe(0);
});
