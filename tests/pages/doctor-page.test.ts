import {
  alarmNotice,
  liveReading,
  patientSummary,
  type TestHospitalOptions,
  welcome,
} from '@vitalseal/clinician/testing';
import { type HospitalToDoctor, mdc, mdcUnit, type News2Summary } from '@vitalseal/protocol';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { PageBench } from './page.fixture.ts';

const news2 = (total: number, known: number, risk: News2Summary['risk']): News2Summary => ({
  total,
  known,
  of: 7,
  risk,
  parts: {
    respiration: known > 3 ? 3 : null,
    spo2: null,
    oxygen: null,
    systolic: 0,
    pulse: 2,
    consciousness: known > 3 ? 0 : null,
    temperature: null,
  },
});

let bench: PageBench;
let patients: HospitalToDoctor[];

const options: TestHospitalOptions = {
  onSubscribe: () => [welcome(), ...patients, { type: 'complete', at: Date.now() }],
  onMessage: (device, message) => {
    if (message.type === 'acknowledge') {
      const patient = { role: 'patient', id: 'p1' } as const;
      const change = { type: 'alarm-state', alarm: message.alarm, patient, state: 'acknowledged' } as const;
      void bench.hospital.say({ ...change, by: device, at: Date.now() });
    }
    return undefined;
  },
};

beforeEach(async () => {
  patients = [
    patientSummary('p1', { name: 'Ada Example', bed: 'Home 1', news2: news2(5, 4, 'medium') }),
    patientSummary('p2', { name: 'Bo Example', bed: 'Home 2', news2: news2(7, 4, 'high') }),
    patientSummary('p3', { name: 'Cy Example', bed: 'Home 3' }),
  ];
  bench = await PageBench.open('doctor', options);
});

afterEach(async () => {
  await bench.close();
});

// Run in the page, and so written as text: this program knows no DOM.
const extractableInBrowser = `new Promise((resolve) => {
  const opened = indexedDB.open('vitalseal-doctor');
  opened.onsuccess = () => {
    const read = opened.result.transaction('device').objectStore('device').get('credential');
    read.onsuccess = () => resolve(read.result.privateKey.extractable);
  };
})`;
const focused = 'document.activeElement?.textContent';
const wardFilter = "getComputedStyle(document.querySelector('[data-selected]')).filter";

const names = () => bench.page.locator('tbody tr th button').allTextContents();

test('without a certificate nobody sees a reading, and no stream is asked for', async () => {
  await bench.page.goto(`${bench.hospital.url}doctor/`);
  await bench.page.getByRole('heading', { name: /sign in this doctor/i }).waitFor();
  expect(bench.hospital.handshakes).toBe(0);
  expect(bench.complaints).toEqual([]);
});

test('the link signs in, leaves the address bar at once, and a reload finds the key again', async () => {
  await bench.signIn('okafor');
  await bench.page.getByText('Ada Example').waitFor();
  expect(bench.page.url()).toBe(`${bench.hospital.url}doctor/`);
  await bench.page.reload();
  await bench.page.getByText('Ada Example').waitFor();
  expect(bench.hospital.handshakes).toBe(2);
  const extractable = await bench.page.evaluate<boolean>(extractableInBrowser);
  expect(extractable).toBe(false);
  expect(await bench.stored()).not.toMatch(/Example|p1|BEGIN/);
  expect(bench.complaints).toEqual([]);
});

test('a link that was used, opened again in the browser that used it, comes in', async () => {
  const link = await bench.hospital.link({ role: 'doctor', id: 'okafor' }, 'doctor/');
  await bench.page.goto(link);
  await bench.page.getByText('Ada Example').waitFor();
  await bench.page.goto('about:blank');
  await bench.page.goto(link);
  await bench.page.getByText('Ada Example').waitFor();
});

test('a link with another root is refused, with what to do', async () => {
  const link = await bench.hospital.link({ role: 'doctor', id: 'okafor' }, 'doctor/');
  await bench.page.goto(link.replace(/root=[0-9a-f]{64}/, `root=${'a'.repeat(64)}`));
  await bench.page.getByText('root-not-pinned').waitFor();
  expect(bench.hospital.handshakes).toBe(0);
});

test('patients stand by acuity, and a partial score says that it is a lower bound', async () => {
  await bench.signIn('okafor');
  await bench.page.getByText('Ada Example').waitFor();
  expect(await names()).toEqual(['Bo Example', 'Ada Example', 'Cy Example']);
  await bench.page.getByLabel('NEWS2 at least 5, 4 of 7 known, risk at least medium').waitFor();
  await bench.page.getByLabel('NEWS2 unknown: nothing is known').waitFor();
});

test('an alarm is said to a screen reader, stands above everything, and is acknowledged by keyboard alone', async () => {
  await bench.signIn('okafor');
  await bench.page.getByText('Cy Example').waitFor();
  const notice = alarmNotice('a1', 'p1', { reasons: ['pulse 131 /min'], patientName: 'Ada Example' });
  await bench.raise('a1', notice);
  const said = bench.page.locator('[aria-live=assertive]');
  await expect.poll(() => said.textContent()).toBe('high priority alarm, Ada Example: pulse 131 /min');
  expect((await names())[0]).toBe('Ada Example');
  await expect.poll(() => bench.page.title()).toContain('alarm');
  const receipts = () => bench.hospital.asked.flatMap((m) => (m.type === 'receipt' ? [m.kind] : []));
  await expect.poll(receipts).toEqual(['received', 'opened']);
  const button = bench.page.getByRole('button', { name: 'Acknowledge' });
  for (let i = 0; i < 12 && (await bench.page.evaluate<string>(focused)) !== 'Acknowledge'; i += 1) {
    await bench.page.keyboard.press('Tab');
  }
  await bench.page.keyboard.press('Enter');
  await expect.poll(() => button.count()).toBe(0);
  await bench.page.getByRole('button', { name: 'Ada Example' }).click();
  await bench.page.getByText(/acknowledged by doctor okafor at \d\d:\d\d:\d\d/).waitFor();
  expect(bench.complaints).toEqual([]);
});

test('a dead link looks dead, says since when, and offers no acknowledgement', async () => {
  await bench.signIn('okafor');
  await bench.page.getByText('Ada Example').waitFor();
  await bench.raise('a1', alarmNotice('a1', 'p1'));
  await bench.page.getByRole('button', { name: 'Acknowledge' }).waitFor();
  bench.hospital.failing = 503;
  bench.hospital.cutFeeds();
  await bench.page.getByText(/No contact with the hospital since \d\d:\d\d:\d\d/).waitFor();
  await bench.page.getByText(/Reconnecting since \d\d:\d\d/).waitFor();
  expect(await bench.page.getByRole('button', { name: 'Acknowledge' }).count()).toBe(0);
  const look = await bench.page.evaluate<string>(wardFilter);
  expect(look).toBe('grayscale(1)');
  await expect.poll(() => bench.page.title()).toContain('No contact');
  bench.hospital.failing = undefined;
  await bench.page.getByText(/Live · heard/).waitFor();
});

test('a live reading arrives in the open patient, with what it adds to the score and why', async () => {
  await bench.signIn('okafor');
  await bench.page.getByRole('button', { name: 'Ada Example' }).click();
  const summary = news2(5, 4, 'medium');
  await bench.hospital.say(
    liveReading('p1', Date.now(), { pulse: 118, respiration: 26, systolic: 121, diastolic: 74 }, { news2: summary }),
  );
  const vitals = bench.page.locator('main');
  await vitals.getByText('118', { exact: false }).first().waitFor();
  await vitals.getByText('111–130 /min').waitFor();
  await vitals.getByText('≥ 25 /min').waitFor();
  await vitals.getByText('121/74').waitFor();
  await vitals.getByText('missing: not in the score').first().waitFor();
  await vitals.getByText('At least medium risk').waitFor();
  expect(bench.complaints).toEqual([]);
});

test('readings of a phone that was away are marked as late, with since when and until when they came', async () => {
  await bench.signIn('okafor');
  await bench.page.getByRole('button', { name: 'Ada Example' }).click();
  const at = Date.now();
  const patient = { role: 'patient', id: 'p1' } as const;
  await bench.hospital.say({ type: 'past', patient, from: at - 3 * 3_600_000, at });
  await bench.page.getByText(/^readings since .+ came late, by .+$/).waitFor();
  expect(bench.complaints).toEqual([]);
});

test('what a standard sensor measured is marked as not sealed there, and what no rule reads is shown', async () => {
  const source = 'standard-sensor' as const;
  const measuredAt = Date.now() - 60_000;
  const pulse = { code: mdc.pulseRate, unit: mdcUnit.beatsPerMinute, value: { mantissa: 88, exponent: 0 } };
  const weight = { code: mdc.bodyMass, unit: mdcUnit.kilograms, value: { mantissa: 705, exponent: -1 } };
  const last = [pulse, weight].map((measurement) => ({ measurement, measuredAt, source }));
  patients = [patientSummary('p1', { name: 'Ada Example', news2: news2(5, 4, 'medium'), last })];
  await bench.signIn('okafor');
  await bench.page.getByLabel('not sealed at the sensor').waitFor();
  await bench.page.getByRole('button', { name: 'Ada Example' }).click();
  const others = bench.page.getByRole('region', { name: 'Other measurements' });
  await others.getByText('70.5 kg').waitFor();
  expect(await bench.page.getByText('not sealed at the sensor').count()).toBe(2);
});

test('the ward is walked by keyboard: into a patient, and back to the row one came from', async () => {
  await bench.signIn('okafor');
  await bench.page.getByRole('button', { name: 'Ada Example' }).focus();
  await bench.page.keyboard.press('Enter');
  await bench.page.getByRole('heading', { name: 'Ada Example' }).waitFor();
  await expect.poll(() => bench.page.evaluate<string>(focused)).toBe('Ada Example');
  await bench.page.keyboard.press('Escape');
  await bench.page.locator('table').waitFor();
  await expect.poll(() => bench.page.evaluate<string>(focused)).toBe('Ada Example');
});

test('a record that cannot be opened is said, not skipped', async () => {
  await bench.signIn('okafor');
  await bench.page.getByText('Ada Example').waitFor();
  const [channel] = bench.hospital.listening;
  const record = await channel?.seal(liveReading('p1', Date.now(), { pulse: 60 }));
  const last = (record?.length ?? 0) - 1;
  if (record) channel?.sendRaw(record.map((byte, i) => (i === last ? byte ^ 1 : byte)));
  await bench.page.getByText(/One message from the hospital could not be used/).waitFor();
  await bench.page.getByText('(record-not-opened)').waitFor();
});

test('an empty ward and a ward that was never reached do not look alike', async () => {
  patients = [];
  await bench.signIn('okafor');
  await bench.page.getByText('No patient to show you').waitFor();
  bench.hospital.failing = 503;
  await bench.page.reload();
  await bench.page.getByText('Nothing is known').waitFor();
  await bench.page.getByText(/The hospital has not been reached since/).waitFor();
});
