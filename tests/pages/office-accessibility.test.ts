// The office's page, of administrators and of auditors: axe finds nothing of level A or AA in any section, empty or not, nor
// in any dialog, in light and in dark.
import { afterEach, beforeEach, expect, test } from 'vitest';
import { expectNoFindings } from './no-findings.fixture.ts';
import { emergenciesAt, logOf, logSigner } from './office.fixture.ts';
import { OfficeDesk } from './office-desk.fixture.ts';
import { PageBench } from './page.fixture.ts';

let bench: PageBench;
let desk: OfficeDesk;

beforeEach(async () => {
  desk = new OfficeDesk();
  desk.log = await logOf(40, Date.now());
  bench = await PageBench.open('office', desk.options);
});
afterEach(() => bench.close());

const expectNothing = () => expectNoFindings(bench.page);
const press = (name: string | RegExp) => bench.page.getByRole('button', { name, exact: true }).first().click();
const section = async (name: string) => {
  await press(name);
  await bench.page.locator(`nav [aria-current=page]:text-is("${name}")`).waitFor();
};
const dialog = (name: string | RegExp) => bench.page.getByRole('dialog', { name }).waitFor();

test('administrator: people, one of them, and the dialogs on the way to an invitation', async () => {
  await bench.signIn('haddad');
  const { page } = bench;
  await page.getByText('Dr Elias Braun').waitFor();
  await expectNothing();
  await press('Dr Adaeze Okafor');
  await page.getByRole('heading', { name: 'Passkeys' }).waitFor();
  await page.getByRole('button', { name: /^Remove .*books/ }).click();
  await expectNothing();
  await press('Add a person');
  await dialog('Add a person');
  await page.getByLabel('Name').fill('Ambulance unit 9');
  await page.getByLabel('Identifier').fill('unit 9');
  await page.getByText('Only letters, digits, dot, dash and underscore.').waitFor();
  await expectNothing();
  await page.keyboard.press('Escape');
  await press('Dr Elias Braun');
  await press('Invite');
  await dialog('Confirm that it is you');
  await expectNothing();
  await page.getByRole('button', { name: /Confirm with your passkey/ }).click();
  await dialog('Invitation for Dr Elias Braun');
  await page.getByRole('img', { name: /QR code/ }).waitFor();
  await expectNothing();
});

test('administrator: sessions, care teams, cards and emergencies, with their dialogs', async () => {
  await bench.signIn('haddad');
  const { page } = bench;
  await section('Sessions');
  await page.getByRole('button', { name: 'End session of Ambulance unit 7' }).waitFor();
  await expectNothing();
  await section('Care teams');
  await page
    .getByRole('row', { name: /Cyrus Amini/ })
    .getByRole('button', { name: 'Change' })
    .click();
  await dialog('Care team of Cyrus Amini');
  await expectNothing();
  await page.keyboard.press('Escape');
  await expectNothing();
  await section('Cards');
  await press('Terminate');
  await dialog(/^Terminate the card of/);
  await expectNothing();
  await page.keyboard.press('Escape');
  await expectNothing();
  await section('Emergency accesses');
  await page.getByText(/no relatives reached/).waitFor();
  await expectNothing();
  await page.getByRole('button', { name: /your session/ }).click();
  await page.getByRole('button', { name: 'Lock now' }).waitFor();
  await expectNothing();
});

test('administrator: nothing in any section, and nobody who sees alarms', async () => {
  Object.assign(desk, { people: [], sessions: [], careTeams: [], cards: [], emergencies: [] });
  await bench.signIn('haddad');
  const { page, hospital } = bench;
  await page.getByText('Doctors on call: 2, of whom 1 sees alarms.').waitFor();
  const at = Date.now();
  await hospital.say({ type: 'watch', doctorsOnCall: 2, doctorsSeeing: 0, crewsOnCall: 0, crewsSeeing: 0, at });
  await page.getByText('No doctor sees alarms now.').waitFor();
  const names = await page.locator('nav button').allTextContents();
  expect(names).toHaveLength(5);
  for (const name of names) {
    await section(name);
    await page.locator('main p').first().waitFor();
    await expectNothing();
  }
}, 60_000);

test('administrator: a locked page, and no contact', async () => {
  await bench.signIn('haddad');
  const { page, hospital } = bench;
  await page.getByText('Dr Elias Braun').waitFor();
  const at = Date.now();
  await hospital.say({ type: 'locked', since: at, high: 1, medium: 0, low: 0, calls: 0, at });
  await page.getByRole('heading', { name: 'Locked' }).waitFor();
  await expectNothing();
  for (const message of desk.feed()) await hospital.say(message);
  await page.locator('nav').waitFor();
  hospital.failing = 503;
  hospital.cutFeeds();
  await page.getByText(/No contact with the hospital since/).waitFor();
  await expectNothing();
});

test('auditor: the log, an emergency that is told, and the verification that holds and that does not', async () => {
  desk.exported = await (await logSigner())(desk.log);
  await bench.signIn('moreau', 'auditor');
  const { page } = bench;
  await page.getByText(/follow one another unbroken/).waitFor();
  await expectNothing();
  await page.getByLabel('That names').fill('nobody at all');
  await page.getByText('Nothing that was read so far passes this filter.').waitFor();
  const [access] = emergenciesAt(Date.now());
  if (access !== undefined) await bench.hospital.say({ type: 'emergency-access', ...access });
  await page.getByText(/opened the record of cy in an emergency/).waitFor();
  await expectNothing();
  await press('Seen');
  await section('Emergency accesses');
  await expectNothing();
  await section('Verification');
  await page.getByText('This browser has not verified the log before.').waitFor();
  await expectNothing();
  await press('Verify the whole log here');
  await page.getByText('Whole: 40 entries are proved.').waitFor();
  await expectNothing();
  desk.exported = desk.exported.map((line) => (line.includes('"n":15,') ? line.replace('alarm', 'armla') : line));
  await press('Verify the whole log here');
  await page.getByRole('alert').first().waitFor();
  await expectNothing();
});

test('auditor: a log that was altered, and one with nothing in it', async () => {
  desk.log = desk.log.map((entry) =>
    entry.index === 20 ? { ...entry, text: entry.text.replace('hospital', 'hospitol') } : entry,
  );
  await bench.signIn('moreau', 'auditor');
  await bench.page.getByText(/does not follow the one before it/).waitFor();
  await expectNothing();
  desk.log = [];
  desk.emergencies = [];
  await bench.page.reload();
  await bench.page.getByRole('heading', { name: 'Audit log' }).waitFor();
  await expectNothing();
});
