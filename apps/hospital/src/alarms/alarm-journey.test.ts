import { afterEach, beforeEach, expect, test } from 'vitest';
import { spo2LowAtOnce } from '../testing/rules-at-once.ts';
import type { TestClinician } from '../testing/test-clinician.ts';
import { TestHospital } from '../testing/test-hospital.ts';
import type { TestPatient } from '../testing/test-patient.ts';

const doctor = { role: 'doctor', id: 'd1' } as const;
const second = { role: 'doctor', id: 'd2' } as const;
const crew = { role: 'ambulance', id: 'a1' } as const;
const otherCrew = { role: 'ambulance', id: 'a2' } as const;
/** One reading of spo2 under 85 is an emergency, and values are as short-lived as a test. */
const policy = {
  rules: [{ ...spo2LowAtOnce, dispatch: true }],
};

let hospital: TestHospital;
let patient: TestPatient;
let now: number;

beforeEach(async () => {
  now = Date.now();
  hospital = await TestHospital.start({ clock: { now: () => now } });
  await hospital.admit('p1', { policy });
  await hospital.onCall(doctor);
  await hospital.onCall(second, 2);
  await hospital.onCall(crew);
  await hospital.onCall(otherCrew);
  patient = await hospital.patient('p1');
  await patient.agree();
});
afterEach(() => hospital.remove());

async function listening(
  identity: typeof doctor | typeof second | typeof crew | typeof otherCrew,
): Promise<TestClinician> {
  const clinician = await hospital.clinician(identity);
  await clinician.agree();
  await clinician.listen();
  return clinician;
}

test('an abnormal reading reaches the doctor on call, sealed and signed, and its receipts are counted', async () => {
  const d1 = await listening(doctor);
  expect(d1.heard.map(({ message }) => message.type)).toEqual(['welcome', 'session', 'patient', 'complete']);
  await patient.send([await patient.sealReading(1, { spo2: 97, pulse: 70 })]);
  const live = await d1.until(({ message }) => message.type === 'reading');
  expect(live.message).toMatchObject({ patient: { id: 'p1' }, news2: { known: 2 } });

  await patient.send([await patient.sealReading(2, { spo2: 80 })]);
  const { notice } = await d1.until(({ message }) => message.type === 'alarm');
  expect(notice).toMatchObject({ rule: 'spo2-low', priority: 'high', patient: { id: 'p1' }, sequence: 0 });
  expect(notice?.reasons).toEqual(['SpO2 80 % is below the limit of 85 %']);
  expect(notice?.location?.latitude).toBeCloseTo(52.52);
  expect(notice?.readings.at(-1)?.origin.sequence).toBe(2);
  const alarm = notice?.alarm ?? '';
  expect(await d1.ask({ type: 'receipt', alarm, kind: 'received' })).toMatchObject({ ok: true });
  expect(await d1.ask({ type: 'receipt', alarm, kind: 'opened' })).toMatchObject({ ok: true });
  expect((await hospital.store.counts()).alarms).toEqual({ raised: 1, open: 1, delivered: 1, opened: 1 });

  expect(await d1.ask({ type: 'acknowledge', alarm })).toMatchObject({ ok: true });
  await d1.until(({ message }) => message.type === 'alarm-state' && message.state === 'acknowledged');
  expect(await d1.ask({ type: 'acknowledge', alarm })).toMatchObject({ ok: false, code: 'alarm-event-refused' });
  expect((await hospital.store.alarms.events(alarm)).map(({ event }) => event)).toEqual([
    'raise',
    'notify',
    'opened',
    'acknowledge',
  ]);
});

test('an alarm raised while no doctor is there is delivered when one comes', async () => {
  await patient.send([await patient.sealReading(1, { spo2: 80 })]);
  const d1 = await listening(doctor);
  const { notice } = await d1.until(({ message }) => message.type === 'alarm');
  expect(notice?.rule).toBe('spo2-low');
});

test('an alarm that was delivered but not confirmed is delivered again after a restart', async () => {
  const d1 = await listening(doctor);
  await patient.send([await patient.sealReading(1, { spo2: 80 })]);
  await d1.until(({ message }) => message.type === 'alarm');
  await hospital.halt();
  await d1.ended();
  await hospital.serve();
  const again = await listening(doctor);
  const { notice } = await again.until(({ message }) => message.type === 'alarm');
  await again.ask({ type: 'receipt', alarm: notice?.alarm ?? '', kind: 'received' });
  const third = await listening(doctor);
  expect(third.heard.filter(({ message }) => message.type === 'alarm')).toEqual([]);
  const summary = third.heard.find(({ message }) => message.type === 'patient')?.message;
  expect(summary).toMatchObject({ alarms: [{ id: notice?.alarm, state: 'notified' }] });
  expect((await hospital.store.counts()).alarms.raised).toBe(1);
});

test('an alarm that nobody acknowledges goes to the next tier, also across a restart', async () => {
  const d2 = await listening(second);
  await patient.send([await patient.sealReading(1, { spo2: 80 })]);
  await d2.until(({ message }) => message.type === 'patient' && message.alarms.length === 1);
  expect(d2.heard.some(({ message }) => message.type === 'alarm')).toBe(false);
  await hospital.halt();
  now += 121_000;
  await hospital.serve();
  const back = await listening(second);
  const { notice } = await back.until(({ message }) => message.type === 'alarm');
  expect(notice?.rule).toBe('spo2-low');
  const [alarm] = await hospital.store.alarms.open();
  expect(alarm).toMatchObject({ state: 'escalated' });
});

test('a crew is called with the location and the last readings, and one crew takes the call', async () => {
  const a1 = await listening(crew);
  const a2 = await listening(otherCrew);
  await patient.send([await patient.sealReading(1, { spo2: 80, pulse: 130 })]);
  const { message } = await a1.until((heard) => heard.message.type === 'dispatch');
  expect(message).toMatchObject({ state: 'offered', patient: { id: 'p1' }, location: { accuracyMetres: 12 } });
  if (message.type !== 'dispatch') throw new Error('expected a call');
  expect(message.readings).toHaveLength(1);
  const { dispatch } = message;
  expect(await a1.ask({ type: 'dispatch-state', dispatch, state: 'on-scene' })).toMatchObject({
    code: 'not-permitted',
  });
  expect(await a1.ask({ type: 'dispatch-state', dispatch, state: 'accepted' })).toMatchObject({ ok: true });
  const taken = await a2.until((heard) => heard.message.type === 'dispatch' && heard.message.state === 'closed');
  expect(JSON.stringify(taken.message)).not.toContain('p1');
  expect(await a2.ask({ type: 'dispatch-state', dispatch, state: 'en-route' })).toMatchObject({
    code: 'not-permitted',
  });
  await patient.send([await patient.sealReading(2, { spo2: 79 })]);
  const more = await a1.until(
    (heard) => heard.message.type === 'dispatch' && heard.message.readings[0]?.origin.sequence === 2,
  );
  expect(more.message).toMatchObject({ state: 'accepted' });
  for (const state of ['en-route', 'on-scene', 'closed'] as const) {
    expect(await a1.ask({ type: 'dispatch-state', dispatch, state })).toMatchObject({ ok: true });
  }
  expect(await hospital.store.dispatches.open()).toEqual([]);
  expect((await hospital.store.counts()).dispatches).toBe(1);
});

test('a call that no crew takes becomes an alarm of its own, until one takes it', async () => {
  const d1 = await listening(doctor);
  await patient.send([await patient.sealReading(1, { spo2: 80 })]);
  await d1.until(({ notice }) => notice?.rule === 'spo2-low');
  now += 121_000;
  const { notice } = await d1.until((heard) => heard.notice?.rule === 'call-unanswered');
  expect(notice).toMatchObject({ patient: { id: 'p1' }, priority: 'high' });
  expect(notice?.reasons).toEqual([expect.stringContaining('no crew has taken')]);
  const a1 = await listening(crew);
  const { message } = await a1.until((heard) => heard.message.type === 'dispatch');
  if (message.type !== 'dispatch') throw new Error('expected a call');
  const { dispatch } = message;
  expect(await a1.ask({ type: 'dispatch-state', dispatch, state: 'accepted' })).toMatchObject({ ok: true });
  const alarm = notice?.alarm ?? '';
  expect(await d1.ask({ type: 'acknowledge', alarm })).toMatchObject({ ok: true });
  const lives = async () => (await hospital.store.alarms.open()).map(({ rule }) => rule);
  await expect.poll(lives, { timeout: 10_000 }).toEqual(['spo2-low']);
});

test('a crew is told nothing of the ward, and may neither acknowledge nor read the past of others', async () => {
  const a1 = await listening(crew);
  await patient.send([await patient.sealReading(1, { spo2: 97 })]);
  const past = await a1.ask({ type: 'history', patient: { role: 'patient', id: 'p1' }, from: 0 });
  expect(past).toMatchObject({ ok: false, code: 'not-permitted' });
  await patient.send([await patient.sealReading(2, { spo2: 80 })]);
  const { message } = await a1.until((heard) => heard.message.type === 'dispatch');
  if (message.type !== 'dispatch') throw new Error('expected a call');
  expect(await a1.ask({ type: 'acknowledge', alarm: message.alarm ?? '' })).toMatchObject({ code: 'not-permitted' });
  expect(a1.heard.map((heard) => heard.message.type)).toEqual(['welcome', 'session', 'complete', 'dispatch']);
});

test('the past comes by way of the feed, oldest first', async () => {
  const d1 = await listening(doctor);
  const records = [];
  for (let sequence = 0; sequence < 250; sequence++) {
    records.push(await patient.sealReading(sequence, { spo2: 97 }, now - 300_000 + sequence * 1000));
  }
  await patient.send(records);
  await d1.until(({ message }) => message.type === 'reading');
  const from = d1.heard.length;
  expect(await d1.ask({ type: 'history', patient: { role: 'patient', id: 'p1' }, from: now - 200_000 })).toMatchObject({
    ok: true,
  });
  await d1.until(({ message }) => message.type === 'history' && !message.more, { from });
  const readings = d1.heard.slice(from).flatMap(({ message }) => (message.type === 'history' ? message.readings : []));
  const times = readings.map(({ measuredAt }) => measuredAt.utcMs);
  expect(times).toEqual([...times].sort((a, b) => a - b));
  expect(times.length).toBe(150);
});
