// The pages of the doctor, the crew and the office: axe finds nothing of level A or AA, in light and in dark.
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
import type { Dispatch, HospitalToDoctor, HospitalToOffice, OfficeToHospital } from '@vitalseal/protocol';
import { afterEach, expect, test } from 'vitest';
import { axeFindings } from './axe.fixture.ts';
import { cardsAt, careTeams, emergenciesAt, logOf, pageOf, peopleAt, sessionsAt } from './office.fixture.ts';
import { PageBench } from './page.fixture.ts';

let bench: PageBench;
afterEach(() => bench.close());

async function expectNothing(): Promise<void> {
  await bench.page.mouse.move(0, 0);
  for (const colorScheme of ['light', 'dark'] as const) {
    await bench.page.emulateMedia({ colorScheme, reducedMotion: 'reduce' });
    // Some colours of Mantine go over into one another.
    await bench.page.waitForTimeout(300);
    expect(await axeFindings(bench.page), colorScheme).toEqual([]);
  }
}

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

test('office: people, patients, cards, sessions, emergencies and the log', async () => {
  const log = await logOf(40, Date.now());
  const answer = (message: OfficeToHospital) => {
    switch (message.type) {
      case 'people':
        return { type: 'people', people: peopleAt(Date.now()) } as const;
      case 'sessions':
        return { type: 'sessions', sessions: sessionsAt(Date.now()) } as const;
      case 'my-sessions':
        return { type: 'my-sessions', sessions: [], passkeys: [] } as const;
      case 'care-teams':
        return { type: 'care-teams', patients: careTeams } as const;
      case 'devices':
        return { type: 'devices', cards: cardsAt(Date.now()) } as const;
      case 'emergencies':
        return { type: 'emergencies', accesses: emergenciesAt(Date.now()) } as const;
      case 'audit':
        return pageOf(log, message.before, message.limit);
      default:
        return undefined;
    }
  };
  const feed = (): HospitalToOffice[] => [
    welcome() as HospitalToOffice,
    sessionNews({ person: { role: 'administrator', id: 'haddad' }, name: 'Nour Haddad' }),
    { type: 'watch', doctorsOnCall: 2, doctorsSeeing: 1, crewsOnCall: 1, crewsSeeing: 1, at: Date.now() },
    { type: 'complete', at: Date.now() },
  ];
  bench = await PageBench.open('office', { onSubscribe: feed, onOffice: (_, message) => answer(message) });
  await bench.signIn('haddad');
  const sections = bench.page.locator('nav a, nav button');
  await sections.first().waitFor();
  for (const section of await sections.all()) {
    await section.click();
    await bench.page.waitForTimeout(150);
    await expectNothing();
  }
});
