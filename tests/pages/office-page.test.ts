import { readFileSync } from 'node:fs';
import type { OfficeToHospital } from '@vitalseal/protocol';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { emergenciesAt, logOf, logSigner } from './office.fixture.ts';
import { invitationLink, OfficeDesk } from './office-desk.fixture.ts';
import { PageBench } from './page.fixture.ts';

let bench: PageBench;
let desk: OfficeDesk;

const asked = (type: OfficeToHospital['type']) => bench.hospital.askedByOffice.filter((each) => each.type === type);

beforeEach(async () => {
  desk = new OfficeDesk();
  desk.log = await logOf(150, Date.now());
  bench = await PageBench.open('office', desk.options);
  desk.onRevoked = () => void bench.hospital.say({ type: 'changed', what: 'sessions' });
});

afterEach(async () => {
  expect(bench.complaints).toEqual([]);
  await bench.close();
});

test('people are listed, and an invitation is shown once the administrator has confirmed', async () => {
  await bench.signIn('haddad');
  const { page } = bench;
  await page.getByRole('button', { name: 'Dr Elias Braun' }).click();
  await page.getByText('An invitation is open until').waitFor();
  await page.getByRole('button', { name: 'Invite', exact: true }).click();
  await page.getByRole('heading', { name: 'Confirm that it is you' }).waitFor();
  expect(await page.getByRole('heading', { name: /Invitation for/ }).count()).toBe(0);
  await page.getByRole('button', { name: /Confirm with your passkey/ }).click();
  await page.getByRole('heading', { name: 'Invitation for Dr Elias Braun' }).waitFor();
  await page.getByRole('img', { name: /QR code/ }).waitFor();
  expect(await page.getByLabel('Link').inputValue()).toBe(invitationLink);
  expect(asked('invite')).toHaveLength(2);
  expect(await bench.stored()).not.toMatch(/invite|Braun/);
});

test('what the person does not confirm is not done, and not called a failure', async () => {
  await bench.signIn('haddad');
  const { page } = bench;
  await page.getByRole('button', { name: 'Dr Adaeze Okafor' }).click();
  await page.getByRole('button', { name: 'Remove the passkey Security key' }).click();
  await page.getByRole('button', { name: 'Do not do it' }).click();
  expect(await page.getByText('Not done.').count()).toBe(0);
  expect(asked('remove-passkey')).toHaveLength(1);
});

test('somebody new is put on the books and invited', async () => {
  desk.confirmed = true;
  await bench.signIn('haddad');
  const { page } = bench;
  await page.getByRole('button', { name: 'Add a person' }).click();
  await page.getByLabel('Role').selectOption('ambulance');
  await page.getByLabel('Name').fill('Ambulance unit 9');
  await page.getByLabel('Identifier').fill('unit 9');
  await page.getByText('Only letters, digits, dot, dash and underscore.').waitFor();
  expect(await page.getByRole('button', { name: 'Add and invite' }).isDisabled()).toBe(true);
  await page.getByLabel('Identifier').fill('unit-9');
  await page.getByRole('button', { name: 'Add and invite' }).click();
  await page.getByRole('heading', { name: /Invitation for/ }).waitFor();
  const person = { role: 'ambulance', id: 'unit-9' };
  expect(asked('register')).toEqual([{ type: 'register', person, name: 'Ambulance unit 9', tier: 1, onCall: false }]);
});

test('a session is ended in one press, without a second question', async () => {
  await bench.signIn('haddad');
  const { page } = bench;
  await page.getByRole('button', { name: 'Sessions', exact: true }).click();
  const rows = page.locator('tbody tr');
  await expect.poll(() => rows.count()).toBe(3);
  await page.getByRole('button', { name: 'End session of Ambulance unit 7' }).click();
  await expect.poll(() => rows.count()).toBe(2);
  expect(asked('revoke-session')).toEqual([{ type: 'revoke-session', session: 's-unit-7' }]);
  expect(asked('challenge')).toEqual([]);
});

test('with nobody there to see alarms the office says so, loudly', async () => {
  await bench.signIn('haddad');
  await bench.page.getByText('Doctors on call: 2, of whom 1 sees alarms.').waitFor();
  const at = Date.now();
  await bench.hospital.say({ type: 'watch', doctorsOnCall: 2, doctorsSeeing: 0, crewsOnCall: 0, crewsSeeing: 0, at });
  await bench.page.getByRole('alert').getByText('No doctor sees alarms now.').waitFor();
});

test('a care team is changed', async () => {
  await bench.signIn('haddad');
  const { page } = bench;
  await page.getByRole('button', { name: 'Care teams' }).click();
  await page
    .getByRole('row', { name: /Cyrus Amini/ })
    .getByRole('button', { name: 'Change' })
    .click();
  await page.getByLabel('Dr Maja Lindqvist (lindqvist)').check();
  await page.getByRole('button', { name: 'Save the team' }).click();
  await expect.poll(() => asked('care-team')).toMatchObject([{ patient: { id: 'cy' }, team: [{ id: 'lindqvist' }] }]);
});

test("an auditor reads the log, newest first, filtered, and is shown no one's administration", async () => {
  await bench.signIn('moreau', 'auditor');
  const { page } = bench;
  await page.getByRole('heading', { name: 'Audit log' }).waitFor();
  expect(await page.getByRole('button', { name: 'People' }).count()).toBe(0);
  await page.getByText('100 of 100 read; 150 in the log.').waitFor();
  await page.getByText('Entries 50 to 149 follow one another unbroken.').waitFor();
  expect(await page.locator('tbody tr td').first().textContent()).toBe('149');
  await page.getByLabel('Refused only').check({ force: true });
  await page.getByText('10 of 100 read').waitFor();
  await page.getByLabel('That names').fill('okafor');
  await page.getByText('Nothing that was read so far passes this filter.').waitFor();
  await page.getByLabel('That names').fill('');
  await page.getByRole('button', { name: 'Read 50 earlier entries' }).click();
  await page.getByText('Entries 0 to 149 follow one another unbroken.').waitFor();
});

test('an entry that was altered is found by the page itself', async () => {
  desk.log = desk.log.map((entry) =>
    entry.index === 120 ? { ...entry, text: entry.text.replace('okafor', 'nobody') } : entry,
  );
  desk.log = desk.log.map((entry) =>
    entry.index === 123 ? { ...entry, text: entry.text.replace('okafor', 'nobody') } : entry,
  );
  await bench.signIn('moreau', 'auditor');
  await bench.page
    .getByRole('alert')
    .getByText(/Entry 124 does not follow the one before it/)
    .waitFor();
});

test('an emergency access is told at once, with its reason, until it was seen', async () => {
  await bench.signIn('moreau', 'auditor');
  await bench.page.getByText('unbroken').waitFor();
  const [access] = emergenciesAt(Date.now());
  if (access !== undefined) await bench.hospital.say({ type: 'emergency-access', ...access });
  await bench.page.getByText(/Dr Maja Lindqvist opened the record of cy in an emergency/).waitFor();
  await bench.page.getByRole('button', { name: 'Seen' }).click();
  expect(await bench.page.getByText(/opened the record of cy/).count()).toBe(0);
});

test('locked, nothing of the office stands on the page', async () => {
  await bench.signIn('haddad');
  await bench.page.getByText('Dr Elias Braun').waitFor();
  const at = Date.now();
  await bench.hospital.say({ type: 'locked', since: at, high: 0, medium: 0, low: 0, calls: 0, at });
  await bench.page.getByRole('heading', { name: 'Locked' }).waitFor();
  expect(await bench.page.getByText('Braun').count()).toBe(0);
  for (const message of desk.feed()) await bench.hospital.say(message);
  await bench.page.getByText('Dr Elias Braun').waitFor();
});

test('the auditor proves in the browser that the log is whole, and sees it when it is not', async () => {
  const lines = await logSigner();
  desk.exported = await lines(desk.log);
  await bench.signIn('moreau', 'auditor');
  const { page } = bench;
  await page.getByRole('button', { name: 'Verification' }).click();
  await page.getByText('This browser has not verified the log before.').waitFor();
  await page.getByRole('button', { name: 'Verify the whole log here' }).click();
  await page.getByText('Whole: 150 entries are proved.').waitFor();
  await page.getByText(/Last verified in this browser: .*, 150 entries/).waitFor();
  // An entry is altered where it lies.
  desk.exported = desk.exported.map((line) => (line.includes('"n":75,') ? line.replace('anna', 'bo') : line));
  await page.getByRole('button', { name: 'Verify the whole log here' }).click();
  await page
    .getByRole('alert')
    .getByText(/entry 75/i)
    .waitFor();
  // Its newest entries are gone, and what is left is signed anew by the same key.
  desk.exported = await lines(desk.log.slice(0, 120));
  await page.getByRole('button', { name: 'Verify the whole log here' }).click();
  await page
    .getByRole('alert')
    .getByText(/The log had 150 entries at the checkpoint that was kept/)
    .waitFor();
  // Another log altogether, under another key.
  desk.exported = await (await logSigner())(desk.log);
  await page.getByRole('button', { name: 'Verify the whole log here' }).click();
  await page
    .getByRole('alert')
    .getByText(/another key than the one that this browser knows/)
    .waitFor();
});

test('the log is saved as the file that is verified offline', async () => {
  desk.exported = await (await logSigner())(desk.log);
  await bench.signIn('moreau', 'auditor');
  const { page } = bench;
  await page.getByRole('button', { name: 'Verification' }).click();
  const download = page.waitForEvent('download');
  await page.getByRole('button', { name: 'Save the log as a file' }).click();
  const saved = readFileSync(await (await download).path(), 'utf8');
  expect(saved).toBe(`${desk.exported.join('\n')}\n`);
});
