// People at their own browsers, at a real hospital: from the invitation to the revocation. Each has an authenticator.
import type { TestPatient } from '@vitalseal/app-hospital/testing';
import type { Browser } from 'playwright-core';
import { afterAll, afterEach, beforeAll, expect, test } from 'vitest';
import { launch, PersonAtBrowser } from '../pages/virtual-authenticator.fixture.ts';
import { StaffedHospital } from './staffed-hospital.fixture.ts';

let hospital: StaffedHospital;
let browser: Browser;
let anna: TestPatient;
let sequence = 0;
const people: PersonAtBrowser[] = [];

beforeAll(async () => {
  [hospital, browser] = await Promise.all([StaffedHospital.open(), launch()]);
  await hospital.admit('anna', 'Anna Berg');
  await hospital.admit('bo', 'Bo Nilsson');
  anna = await hospital.patient('anna');
}, 120_000);

afterEach(async () => {
  for (const person of people.splice(0)) {
    expect(person.complaints).toEqual([]);
    await person.leave();
  }
});

afterAll(async () => {
  await browser?.close();
  await hospital?.close();
});

async function somebody(): Promise<PersonAtBrowser> {
  const person = await PersonAtBrowser.at(browser);
  people.push(person);
  return person;
}

/** Opens the link, makes the passkey, and is signed in by it. */
async function accept(link: string): Promise<PersonAtBrowser> {
  const person = await somebody();
  await person.page.goto(link);
  await person.page.getByRole('button', { name: 'Make my passkey' }).click();
  await person.page.getByRole('button', { name: /your session/ }).waitFor();
  return person;
}

async function doctorOnCall(id: string, name: string): Promise<PersonAtBrowser> {
  await hospital.register('doctor', id, name, { onCall: true });
  return accept(await hospital.invite('doctor', id));
}

async function send(pulse: number): Promise<void> {
  sequence += 1;
  await anna.send([await anna.sealReading(sequence, { pulse })]);
}

test('the administrator invites a doctor, who makes a passkey, is put on call, and sees the ward', async () => {
  await hospital.register('administrator', 'haddad', 'Nour Haddad');
  const administrator = await accept(await hospital.invite('administrator', 'haddad'));
  const office = administrator.page;
  await office.getByRole('button', { name: 'Add a person' }).click();
  await office.getByLabel('Name').fill('Dr Adaeze Okafor');
  await office.getByLabel('Identifier').fill('okafor');
  await office.getByRole('button', { name: 'Add and invite' }).click();
  await office.getByRole('heading', { name: 'Invitation for' }).waitFor();
  const link = await office.getByLabel('Link').inputValue();
  expect(link.startsWith(`${hospital.origin}/doctor/#invite=`)).toBe(true);
  await office.getByRole('button', { name: 'Done' }).click();

  const doctor = await somebody();
  await doctor.page.goto(link);
  await doctor.page.getByRole('heading', { name: 'Welcome, Dr Adaeze Okafor' }).waitFor();
  expect(doctor.page.url()).toBe(`${hospital.origin}/doctor/`);
  await doctor.page.getByRole('button', { name: 'Make my passkey' }).click();
  await doctor.page.getByText('No patient to show you').waitFor();

  await office.getByRole('button', { name: 'Dr Adaeze Okafor' }).click();
  await office.getByRole('switch', { name: 'On call' }).click({ force: true });
  await doctor.page.getByText('Anna Berg').waitFor();
  await doctor.page.getByText('Bo Nilsson').waitFor();
  expect(await doctor.stored()).not.toMatch(/okafor|Berg|invite/i);

  // The invitation has been used: whoever comes with it now is told so, and the device that used it signs in again.
  const thief = await somebody();
  await thief.page.goto(link);
  await thief.page.getByText('(invitation-used)').waitFor();
  await doctor.page.reload();
  await doctor.page.getByText('Anna Berg').waitFor();
}, 120_000);

test("whoever's role a page does not serve is refused there, with where to go", async () => {
  const doctor = await doctorOnCall('lindqvist', 'Dr Maja Lindqvist');
  await doctor.page.goto(`${hospital.origin}/office/`);
  await doctor.page.getByRole('button', { name: 'Sign in with a passkey' }).click();
  await doctor.page.getByText('(role-not-served)').waitFor();
  expect(await doctor.page.getByRole('heading', { name: 'People' }).count()).toBe(0);
}, 60_000);

test('at another address than the one that its passkeys are for, the page says where to go', async () => {
  const doctor = await somebody();
  await doctor.page.goto(`${hospital.hospital.peopleUrl}/doctor/`);
  await doctor.page.getByRole('link', { name: `${hospital.origin}/doctor/` }).click();
  await doctor.page.getByRole('button', { name: 'Sign in with a passkey' }).waitFor();
}, 60_000);

test('a finger that the authenticator does not know opens nothing', async () => {
  const doctor = await doctorOnCall('braun', 'Dr Elias Braun');
  await doctor.page.getByRole('button', { name: /your session/ }).click();
  await doctor.page.getByRole('button', { name: 'Lock now' }).click();
  await doctor.page.getByRole('heading', { name: 'Locked' }).waitFor();
  expect(await doctor.page.getByText('Anna Berg').count()).toBe(0);
  await doctor.isVerified(false);
  await doctor.page.getByRole('button', { name: 'Unlock with your passkey' }).click();
  await doctor.page.getByText('(passkey-declined)').waitFor();
  await doctor.isVerified(true);
  await doctor.page.getByRole('button', { name: 'Unlock with your passkey' }).click();
  await doctor.page.getByText('Anna Berg').waitFor();
}, 60_000);

test('a locked page shows nobody and nothing, and still says that an alarm waits', async () => {
  const doctor = await doctorOnCall('ahmadi', 'Dr Leila Ahmadi');
  await send(72);
  await doctor.page.getByRole('cell', { name: '72' }).waitFor();
  await doctor.page.getByRole('button', { name: /your session/ }).click();
  await doctor.page.getByRole('button', { name: 'Lock now' }).click();
  await doctor.page.getByRole('heading', { name: 'Locked' }).waitFor();
  await send(141);
  await doctor.page.getByText('1 alarm of high priority waits').first().waitFor();
  const content = await doctor.page.content();
  expect(content).not.toMatch(/Anna|Berg|141|Bed of/);
  await doctor.page.getByRole('button', { name: 'Unlock with your passkey' }).click();
  await doctor.page.getByRole('button', { name: 'Acknowledge' }).click();
  await expect.poll(() => doctor.page.getByRole('button', { name: 'Acknowledge' }).count()).toBe(0);
  await send(72);
}, 60_000);

test('whoever signs out is told that no alarm is shown any more, and needs the passkey to come back', async () => {
  const doctor = await doctorOnCall('novak', 'Dr Jan Novak');
  await doctor.page.getByText('Anna Berg').waitFor();
  await doctor.page.getByRole('button', { name: /your session/ }).click();
  await doctor.page.getByRole('button', { name: 'Sign out' }).click();
  await doctor.page.getByRole('button', { name: 'Sign out: no alarms here any more' }).click();
  await doctor.page.getByRole('heading', { name: 'Alarms are not shown here any more' }).waitFor();
  await expect.poll(() => doctor.page.title()).toContain('NO ALARMS HERE');
  await doctor.page.reload();
  await doctor.page.getByRole('button', { name: 'Sign in with a passkey' }).waitFor();
  expect(await doctor.page.getByText('Anna Berg').count()).toBe(0);
  await doctor.page.getByRole('button', { name: 'Sign in with a passkey' }).click();
  await doctor.page.getByText('Anna Berg').waitFor();
}, 60_000);

test('a session that the office ends is cut within seconds, and its key opens nothing any more', async () => {
  const doctor = await doctorOnCall('costa', 'Dr Ines Costa');
  await doctor.page.getByText('Anna Berg').waitFor();
  await hospital.register('administrator', 'weber', 'Udo Weber');
  const administrator = await accept(await hospital.invite('administrator', 'weber'));
  await administrator.page.getByRole('button', { name: 'Sessions', exact: true }).click();
  const began = Date.now();
  await administrator.page.getByRole('button', { name: 'End session of Dr Ines Costa' }).click();
  await doctor.page.getByRole('heading', { name: 'Alarms are not shown here any more' }).waitFor();
  expect(Date.now() - began).toBeLessThan(5000);
  await doctor.page.getByText('The session was ended from elsewhere').waitFor();
  expect(await doctor.page.getByText('Anna Berg').count()).toBe(0);
  await doctor.page.reload();
  await doctor.page.getByRole('button', { name: 'Sign in with a passkey' }).waitFor();
}, 60_000);

test('who breaks the glass sees the patient at once; the care team and the auditor are told why', async () => {
  const team = await doctorOnCall('rossi', 'Dr Paola Rossi');
  await team.page.getByText('Bo Nilsson').waitFor();
  await hospital.register('auditor', 'moreau', 'Claire Moreau');
  const auditor = await accept(await hospital.invite('auditor', 'moreau'));
  await auditor.page.getByRole('heading', { name: 'Audit log' }).waitFor();
  await hospital.register('doctor', 'jansen', 'Dr Piet Jansen');
  const stranger = await accept(await hospital.invite('doctor', 'jansen'));
  await stranger.page.getByText('No patient to show you').waitFor();

  await stranger.page.getByRole('button', { name: 'Emergency access' }).click();
  const open = stranger.page.getByRole('button', { name: 'Open the record now' });
  await stranger.page.getByRole('textbox', { name: 'Patient' }).fill('Nobody of this name');
  await stranger.page.getByRole('textbox', { name: 'Reason' }).fill('urgent');
  expect(await open.isDisabled()).toBe(true);
  const reason = 'Collapsed in front of me, the team does not answer';
  await stranger.page.getByRole('textbox', { name: 'Reason' }).fill(reason);
  await open.click();
  await stranger.page.getByText('(unknown-patient)').waitFor();
  await stranger.page.getByRole('textbox', { name: 'Patient' }).fill('Bo Nilsson');
  await open.click();
  await stranger.page.getByText(/Emergency access to Bo Nilsson: (59|60):\d\d left/).waitFor();
  await stranger.page.getByRole('button', { name: 'Open the record' }).click();
  await stranger.page.getByRole('heading', { name: 'Bo Nilsson' }).waitFor();
  expect(await stranger.page.getByText('Anna Berg').count()).toBe(0);

  await team.page.getByText(/Dr Piet Jansen opened the record of Bo Nilsson in an emergency/).waitFor();
  await team.page.getByText(reason).waitFor();
  await auditor.page.getByText(/Dr Piet Jansen opened the record of bo in an emergency/).waitFor();
  await auditor.page.getByRole('button', { name: 'Emergency accesses' }).click();
  await auditor.page.getByRole('cell', { name: reason }).waitFor();
  expect(await auditor.page.getByText('Nilsson').count()).toBe(0);
  await auditor.page.getByRole('button', { name: 'Audit log' }).click();
  await auditor.page.getByText('Glass broken').first().waitFor();
  await auditor.page.getByRole('button', { name: 'Verification' }).click();
  await auditor.page.getByRole('button', { name: 'Verify the whole log here' }).click();
  await auditor.page.getByText(/Whole: \d+ entries are proved/).waitFor();
}, 120_000);

test('a page that nobody uses locks itself, and is opened by the passkey alone', async () => {
  // Long enough to see the patient before it, and again after, on a busy machine.
  const impatient = await StaffedHospital.open({ idleMs: 6000 });
  try {
    await impatient.admit('anna', 'Anna Berg');
    await impatient.register('doctor', 'okafor', 'Dr Adaeze Okafor', { onCall: true });
    const doctor = await accept(await impatient.invite('doctor', 'okafor'));
    await doctor.page.getByText('Anna Berg').waitFor();
    await doctor.page.getByRole('heading', { name: 'Locked' }).waitFor();
    expect(await doctor.page.getByText('Anna Berg').count()).toBe(0);
    await doctor.page.getByText('No alarm waits.').waitFor();
    await doctor.page.keyboard.press('Enter');
    await doctor.page.getByText('Anna Berg').waitFor();
  } finally {
    await impatient.close();
  }
}, 120_000);
