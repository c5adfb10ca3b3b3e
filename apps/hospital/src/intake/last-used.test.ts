// A card is told in its handshake on which channel it was heard last, so that one that was put back finds it out.

import { bytesToHex, decimal, mdc, mdcUnit } from '@vitalseal/protocol';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { TestHospital } from '../testing/test-hospital.ts';
import type { TestPatient } from '../testing/test-patient.ts';

let hospital: TestHospital;
let patient: TestPatient;

beforeEach(async () => {
  hospital = await TestHospital.start();
  await hospital.admit('p1');
  patient = await hospital.patient('p1');
});
afterEach(() => hospital.remove());

async function send(sequence: number): Promise<void> {
  const { acknowledgement } = await patient.send([await patient.seal(patient.message(patient.reading(sequence)))]);
  expect(acknowledgement?.results.map(({ outcome }) => outcome)).toEqual(['stored']);
}
const said = () => patient.lastUsed && bytesToHex(patient.lastUsed.channel);
const current = () => bytesToHex(patient.secrets.id);

test('the channel that was used last is told, and none that was only agreed on', async () => {
  await patient.agree();
  expect(said()).toBeUndefined();
  await send(1);
  const first = current();
  await patient.agree();
  expect(said()).toBe(first);
  const { at: before = 0 } = patient.lastUsed ?? {};
  await patient.agree();
  expect(said()).toBe(first);
  await send(2);
  const second = current();
  expect(second).not.toBe(first);
  await patient.agree();
  expect(said()).toBe(second);
  expect(patient.lastUsed?.at).toBeGreaterThanOrEqual(before);
});

test('it outlives the channel itself', async () => {
  await patient.agree();
  await send(1);
  const first = current();
  // Of each device the store keeps two.
  for (let i = 0; i < 3; i++) await patient.agree();
  expect(await hospital.store.channels.find(Buffer.from(first, 'hex'))).toBeUndefined();
  expect(said()).toBe(first);
});

test('another card of the same patient has used none', async () => {
  await patient.agree();
  await send(1);
  patient = await hospital.patient('p1');
  await patient.agree();
  expect(said()).toBeUndefined();
});

test('a card that was put back is an alarm for a person, in words, and is counted', async () => {
  await patient.agree();
  const measuredAt = { utcMs: Date.UTC(2026, 0, 2, 9, 30), offsetMinutes: 0 };
  const origin = { source: patient.options.identity, channel: new Uint8Array(8), sequence: 0 };
  const measurements = [{ code: mdc.phonePutBack, unit: mdcUnit.minutes, value: decimal(90, 0) }];
  const record = await patient.seal(patient.message({ origin, measuredAt, measurements }));
  await patient.send([record]);
  await patient.send([record]);
  const alarms = await hospital.store.alarms.open();
  expect(alarms.map(({ rule, priority }) => [rule, priority])).toEqual([['phone-put-back', 'low']]);
  const metrics = await (await fetch(new URL('/metrics', hospital.running.peopleUrl))).text();
  expect(metrics).toContain('vitalseal_phones_put_back_total 1');
});
