// What a doctor's and a crew's page make of their session: locked, over, about to end, and said what they rest on.
import {
  alarmNotice,
  locked,
  patientSummary,
  sessionNews,
  type TestHospitalOptions,
  welcome,
} from '@vitalseal/clinician/testing';
import type { EmergencyAccess, HospitalToDoctor } from '@vitalseal/protocol';
import { afterEach, expect, test } from 'vitest';
import { PageBench } from './page.fixture.ts';

const minute = 60_000;
let bench: PageBench;

const complete = (): HospitalToDoctor => ({ type: 'complete', at: Date.now() });
const ward = (): HospitalToDoctor[] => [
  welcome(),
  sessionNews({ name: 'Dr Adaeze Okafor' }),
  patientSummary('p1', { name: 'Ada Example' }),
  complete(),
];
const options: TestHospitalOptions = { onSubscribe: ward };

afterEach(async () => {
  expect(bench.complaints).toEqual([]);
  await bench.close();
});

test('a locked page holds nothing of a patient, and says alarms by priority, to the eye and to a screen reader', async () => {
  bench = await PageBench.open('doctor', options);
  await bench.signIn('okafor');
  const { page } = bench;
  await page.getByText('Ada Example').waitFor();
  await bench.raise('a1', alarmNotice('a1', 'p1', { reasons: ['pulse 131 /min'], patientName: 'Ada Example' }));
  await page.getByText('pulse 131 /min').first().waitFor();
  await bench.hospital.say(locked());
  await page.getByRole('heading', { name: 'Locked' }).waitFor();
  await page.getByText('No alarm waits.').waitFor();
  expect(await page.content()).not.toMatch(/Ada Example|131/);
  await bench.hospital.say(locked({ high: 2, low: 1 }));
  await page.getByText('2 alarms of high priority wait').last().waitFor();
  await expect
    .poll(() => page.locator('[aria-live=assertive]').textContent())
    .toBe('2 alarms of high priority wait, 1 alarm of low priority waits');
  await expect.poll(() => page.title()).toContain('2 alarms of high priority wait');
  for (const message of ward()) await bench.hospital.say(message);
  await page.getByText('Ada Example').waitFor();
});

test("a locked crew's page says that a call waits, and can be unlocked with a gloved thumb", async () => {
  bench = await PageBench.open('ambulance', { onSubscribe: () => [welcome(), sessionNews(), complete()] });
  await bench.signIn('unit-7');
  await bench.page.getByRole('heading', { name: 'No call' }).waitFor();
  await bench.hospital.say(locked({ calls: 1 }));
  await bench.page.getByText('1 call waits', { exact: true }).waitFor();
  const box = await bench.page.getByRole('button', { name: 'Unlock with your passkey' }).boundingBox();
  expect(box?.height).toBeGreaterThanOrEqual(44);
});

test('a session that ends says loudly that no alarm is shown any more, and by whom it was ended', async () => {
  bench = await PageBench.open('doctor', options);
  await bench.signIn('okafor');
  await bench.page.getByText('Ada Example').waitFor();
  await bench.hospital.say({ type: 'session-ended', reason: 'removed', at: Date.now() });
  await bench.page.getByRole('heading', { name: 'Alarms are not shown here any more' }).waitFor();
  await bench.page.getByText('The hospital has taken you off its books.').waitFor();
  expect(await bench.page.content()).not.toMatch(/Ada Example/);
  await bench.page.reload();
  await bench.page.getByRole('heading', { name: /sign in this doctor/i }).waitFor();
});

test('a session that is about to end says so while there is time to sign in again', async () => {
  const news = sessionNews({ expiresAt: Date.now() + 10 * minute });
  bench = await PageBench.open('doctor', { onSubscribe: () => [welcome(), news, complete()] });
  await bench.signIn('okafor');
  await bench.page
    .getByRole('alert')
    .getByText(/This session ends at \d\d:\d\d/)
    .waitFor();
});

test('sign-in by links and keys in files are said on the page, and nothing where neither is so', async () => {
  const trial: HospitalToDoctor[] = [
    { ...welcome(), softwareKeys: true } as HospitalToDoctor,
    sessionNews({ method: 'link' }),
    complete(),
  ];
  bench = await PageBench.open('doctor', { onSubscribe: () => trial });
  await bench.signIn('okafor');
  await bench.page.getByText(/by one-time links, without passkeys/).waitFor();
  await bench.page.getByText(/keys lie in files, not in a TPM/).waitFor();
  await bench.close();
  bench = await PageBench.open('doctor', options);
  await bench.signIn('okafor');
  await bench.page.getByText('Ada Example').waitFor();
  expect(await bench.page.getByRole('note').count()).toBe(0);
});

test('the emergency dialog is used by keyboard alone, keeps the focus, and is left by Escape', async () => {
  bench = await PageBench.open('doctor', options);
  await bench.signIn('okafor');
  const { page } = bench;
  await page.getByRole('button', { name: 'Emergency access' }).focus();
  await page.keyboard.press('Enter');
  await page.getByRole('dialog', { name: 'Emergency access to a patient' }).waitFor();
  await page.keyboard.type('bo');
  await page.keyboard.press('Tab');
  await page.keyboard.type('he collapsed and nobody else is here');
  for (let press = 0; press < 8; press += 1) {
    await page.keyboard.press('Tab');
    const inside = await page.evaluate<boolean>(
      'document.activeElement === document.body || document.activeElement.closest("dialog") !== null',
    );
    expect(inside).toBe(true);
  }
  await page.keyboard.press('Escape');
  await expect.poll(() => page.getByRole('dialog').count()).toBe(0);
  expect(bench.hospital.asked.some(({ type }) => type === 'break-glass')).toBe(false);
});

test("an emergency access is told with its reason until it was seen; one's own counts down", async () => {
  bench = await PageBench.open('doctor', options);
  await bench.signIn('okafor');
  await bench.page.getByText('Ada Example').waitFor();
  const since = Date.now() - 12 * minute;
  const access: EmergencyAccess = {
    id: 'e1',
    patient: { role: 'patient', id: 'p1' },
    name: 'Ada Example',
    by: { role: 'doctor', id: 'braun' },
    byName: 'Dr Elias Braun',
    reason: 'unconscious, nobody reached',
    since,
    until: since + 60 * minute,
  };
  await bench.hospital.say({ type: 'emergency-access', ...access });
  await bench.page.getByText(/Dr Elias Braun opened the record of Ada Example in an emergency/).waitFor();
  await bench.page.getByText('unconscious, nobody reached').waitFor();
  await bench.page.getByRole('button', { name: 'Seen' }).click();
  expect(await bench.page.getByText(/Dr Elias Braun opened/).count()).toBe(0);
  const own = { ...access, id: 'e2', by: { role: 'doctor', id: 'okafor' } as const };
  await bench.hospital.say({ type: 'emergency-access', ...own });
  await bench.page.getByText(/Emergency access to Ada Example: 4[78]:\d\d left/).waitFor();
});
