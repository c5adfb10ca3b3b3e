// The pages of the doctor and the crew, their dialogs too: axe finds nothing of level A or AA, in light and in dark. Those of the office: office-accessibility.test.ts.
import {
  alarmNotice,
  liveReading,
  locked,
  patientSummary,
  readingAt,
  sessionNews,
  type TestHospitalOptions,
  welcome,
} from '@vitalseal/clinician/testing';
import type { Dispatch, EmergencyAccess, HospitalToDoctor } from '@vitalseal/protocol';
import { afterEach, test } from 'vitest';
import { expectNoFindings } from './no-findings.fixture.ts';
import { PageBench } from './page.fixture.ts';

let bench: PageBench;
afterEach(() => bench.close());

const expectNothing = () => expectNoFindings(bench.page);

const complete = (): HospitalToDoctor => ({ type: 'complete', at: Date.now() });
const ward = (): HospitalToDoctor[] => [
  welcome(),
  sessionNews({ name: 'Dr Adaeze Okafor' }),
  patientSummary('p1', { name: 'Ada Example', bed: 'Home 1' }),
  patientSummary('p2', { name: 'Bo Example', bed: 'Home 2' }),
  complete(),
];
const signedIn: TestHospitalOptions = { onSubscribe: ward };

async function openWard(): Promise<void> {
  bench = await PageBench.open('doctor', signedIn);
  await bench.signIn('okafor');
  await bench.page.getByText('Ada Example').waitFor();
  await bench.raise('a1', alarmNotice('a1', 'p1', { reasons: ['pulse 131 /min'], patientName: 'Ada Example' }));
  await bench.page.getByText('pulse 131 /min').first().waitFor();
}

test.each(['doctor', 'ambulance', 'office'] as const)('%s: before signing in', async (name) => {
  bench = await PageBench.open(name);
  await bench.page.goto(`${bench.hospital.url}${name}/`);
  await bench.page.getByRole('heading').first().waitFor();
  await expectNothing();
});

test('doctor: the ward with an alarm, and a patient with readings', async () => {
  await openWard();
  await expectNothing();
  await bench.page.getByRole('button', { name: 'Ada Example' }).first().click();
  const values = { pulse: 118, respiration: 26, spo2: 93, temperature: 38.4, systolic: 121, diastolic: 74 };
  await bench.hospital.say(liveReading('p1', Date.now(), values));
  await bench.page.getByText('121/74').waitFor();
  await expectNothing();
});

test('doctor: no contact, a locked page, and the menu', async () => {
  await openWard();
  await bench.page.getByRole('button', { name: /Okafor/ }).click();
  await expectNothing();
  await bench.hospital.say(locked({ high: 2, low: 1 }));
  await bench.page.getByRole('heading', { name: 'Locked' }).waitFor();
  await expectNothing();
  for (const message of ward()) await bench.hospital.say(message);
  await bench.page.getByText('Ada Example').first().waitFor();
  bench.hospital.failing = 503;
  bench.hospital.cutFeeds();
  await bench.page.getByText(/No contact with the hospital since/).waitFor();
  await expectNothing();
});

test('ambulance: no call, a call, and a locked page', async () => {
  const feed = () => [welcome(), sessionNews(), complete()];
  bench = await PageBench.open('ambulance', { onSubscribe: feed });
  await bench.signIn('unit-7');
  await bench.page.getByRole('heading', { name: 'No call' }).waitFor();
  await expectNothing();
  const at = Date.now();
  const call: Dispatch = {
    type: 'dispatch',
    dispatch: 'call-1',
    patient: { role: 'patient', id: 'p1' },
    name: 'Ada Example',
    priority: 'high',
    reasons: ['NEWS2 12, from 4 of 7 parameters'],
    location: { latitude: 59.334591, longitude: 18.06324, accuracyMetres: 24, at: at - 40_000 },
    readings: [readingAt(at - 5000, { pulse: 131, systolic: 84, diastolic: 51 })],
    state: 'offered',
    at: at - 20_000,
  };
  await bench.hospital.say(call);
  await bench.page.getByRole('heading', { name: 'Ada Example' }).waitFor();
  await expectNothing();
  await bench.hospital.say(locked({ calls: 1 }));
  await bench.page.getByText('1 call waits', { exact: true }).waitFor();
  await expectNothing();
});

test('a link that is no link any more, and a page whose session is over', async () => {
  bench = await PageBench.open('doctor', signedIn);
  await bench.page.goto(`${bench.hospital.url}doctor/#enrol=nothing`);
  await bench.page.getByRole('heading').first().waitFor();
  await expectNothing();
  await bench.signIn('okafor');
  await bench.page.getByText('Ada Example').waitFor();
  await bench.hospital.say({ type: 'session-ended', reason: 'removed', at: Date.now() });
  await bench.page.getByRole('heading', { name: 'Alarms are not shown here any more' }).waitFor();
  await expectNothing();
});

test('doctor: an empty ward, and what a trial says of itself', async () => {
  const trial: HospitalToDoctor[] = [
    { ...welcome(), softwareKeys: true } as HospitalToDoctor,
    sessionNews({ method: 'link', expiresAt: Date.now() + 600_000 }),
    complete(),
  ];
  bench = await PageBench.open('doctor', { onSubscribe: () => trial });
  await bench.signIn('okafor');
  await bench.page.getByText(/by one-time links, without passkeys/).waitFor();
  await expectNothing();
});

test('doctor: emergency access, asked for and told', async () => {
  await openWard();
  const { page } = bench;
  await page.getByRole('button', { name: 'Emergency access' }).click();
  await page.getByRole('dialog', { name: 'Emergency access to a patient' }).waitFor();
  await expectNothing();
  await page.keyboard.press('Escape');
  const since = Date.now();
  const access: EmergencyAccess = {
    id: 'e1',
    patient: { role: 'patient', id: 'p1' },
    name: 'Ada Example',
    by: { role: 'doctor', id: 'braun' },
    byName: 'Dr Elias Braun',
    reason: 'Covering for Dr Okafor, who cannot be reached',
    since,
    until: since + 3_600_000,
  };
  await bench.hospital.say({ type: 'emergency-access', ...access });
  await page.getByText(/Dr Elias Braun opened/).waitFor();
  await bench.hospital.say({ type: 'emergency-access', ...access, id: 'e2', by: { role: 'doctor', id: 'okafor' } });
  await page.getByText(/Emergency access to Ada Example: \d+:\d\d left/).waitFor();
  await expectNothing();
});

test("ambulance: the crew's own session, and no contact", async () => {
  const feed = () => [welcome(), sessionNews({ name: 'Ambulance unit 7' }), complete()];
  bench = await PageBench.open('ambulance', { onSubscribe: feed });
  await bench.signIn('unit-7');
  await bench.page.getByRole('button', { name: /your session/ }).click();
  await bench.page.getByRole('button', { name: 'Sign out', exact: true }).click();
  await expectNothing();
  await bench.page.keyboard.press('Escape');
  bench.hospital.failing = 503;
  bench.hospital.cutFeeds();
  await bench.page.getByText(/radio/i).first().waitFor();
  await expectNothing();
});
