// A patient's first hour with the app as it is built, on a real card and a real hospital: the letter's code, a PIN, a
// reading typed in and confirmed, a closed app opened again, an outage. Only what is on the screen is pressed and read.
import { existsSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { type Browser, type BrowserContext, chromium, type Page } from 'playwright-core';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { Clinic } from '../journeys/clinic.fixture.ts';
import { axeFindings } from './axe.fixture.ts';

const dist = fileURLToPath(new URL('../../apps/patient/web/dist', import.meta.url));
const flags = ['--headless', '--no-sandbox', '--disable-gpu', '--no-first-run', '--disable-background-networking'];
/** What a browser logs of a hospital that is away on purpose. */
const expectedComplaint = /Failed to load resource/;
const pin = '2580';

let clinic: Clinic;
let browser: Browser;
let context: BrowserContext;
let page: Page;
const complaints: string[] = [];

beforeAll(async () => {
  if (!existsSync(dist)) throw new Error('expected the built app: run "npm run build" first');
  clinic = await Clinic.open({ pages: { patient: dist } });
  browser = await chromium.launch({ executablePath: '/usr/bin/chromium', args: flags });
  context = await browser.newContext({ viewport: { width: 360, height: 740 }, locale: 'es-ES' });
  page = await context.newPage();
  page.setDefaultTimeout(60_000);
  page.on('pageerror', (error) => complaints.push(String(error)));
  page.on('console', (message) => {
    if (message.type() === 'error' && !expectedComplaint.test(message.text())) complaints.push(message.text());
  });
}, 120_000);
afterAll(async () => {
  expect(complaints).toEqual([]);
  await browser.close();
  await clinic.close();
});

const press = (name: string) => page.getByRole('button', { name, exact: true }).click();
const heading = (name: string) => page.getByRole('heading', { name, exact: true, level: 1 }).waitFor();

async function enterPin(label: string, then: string): Promise<void> {
  await page.getByLabel(label, { exact: true }).fill(pin);
  await press(then);
}

test('the letter’s code, typed in, and a PIN take the phone into the hospital’s care', async () => {
  const { code } = await clinic.invite();
  await page.goto(`${clinic.hospital.peopleUrl}/patient/`);
  // The device speaks Spanish; the patient chooses.
  await heading('Bienvenido');
  await page.getByLabel('English').click();
  await heading('Welcome');
  expect(await page.evaluate('document.documentElement.lang')).toBe('en');
  await press('Type the code instead');
  await page.getByLabel('Code', { exact: true }).fill(`${code.slice(0, -1)}?`);
  await press('Next');
  await page.getByText('This code is not complete', { exact: false }).waitFor();
  // As people copy it: small letters, no dashes.
  await page.getByLabel('Code', { exact: true }).fill(code.toLowerCase().replaceAll('-', ' '));
  await press('Next');
  await heading('Choose a PIN');
  await page.getByLabel('PIN', { exact: true }).fill('1234');
  await press('Next');
  await page.getByText('among the first a stranger would try', { exact: false }).waitFor();
  await enterPin('PIN', 'Next');
  await heading('The same PIN once more');
  await enterPin('PIN', 'Next');
  await heading('Today');
}, 180_000);

test('a temperature is asked for in words, looked at once more, and seen to arrive at the hospital', async () => {
  await page.getByRole('link', { name: 'Enter a reading' }).click();
  await page.getByRole('link', { name: 'Temperature' }).click();
  await heading('What does the thermometer show?');
  await page.getByLabel('Temperature').fill('99,5');
  await press('Next');
  await page.getByText('99.5 °F is 37.5 °C.').waitFor();
  await press('Yes, hand it in');
  await page.getByText(/Your hospital has it since/).waitFor();
  await press('Done');
  await heading('Today');
  await page.getByText('Your hospital has all your readings').waitFor();
  await page.getByRole('link', { name: /Temperature\s*37\.5\s*°C/ }).waitFor();
  expect(await axeFindings(page)).toEqual([]);
}, 120_000);

test('without the hospital a reading is safe on the phone and says so, and goes by itself afterwards', async () => {
  const comeBack = await clinic.outage();
  await page.getByRole('link', { name: 'Enter a reading' }).click();
  await page.getByRole('link', { name: 'Pulse' }).click();
  await page.getByLabel('Beats a minute').fill('٧٢');
  await press('Next');
  await press('Yes, hand it in');
  await page.getByText('It is safe on this phone', { exact: false }).waitFor();
  await press('Done');
  await page.getByText('No connection to your hospital').waitFor();
  await page.getByText('One reading is safe on this phone', { exact: false }).waitFor();
  await comeBack();
  await page.getByText('Your hospital has all your readings').waitFor();
}, 180_000);

test('opened again it shows nothing before the PIN, and says a wrong one in words', async () => {
  await page.reload();
  await heading('Enter your PIN');
  expect(await page.locator('body').innerText()).not.toMatch(/37\.5|72/);
  await page.getByLabel('PIN', { exact: true }).fill('9999');
  await press('Open');
  await page.getByText('That was not the right PIN.').waitFor();
  await page.getByText('2 tries are left.').waitFor();
  await enterPin('PIN', 'Open');
  await heading('Today');
  await page.getByRole('link', { name: /Temperature\s*37\.5/ }).waitFor();
}, 120_000);

test('the hospital’s link brings the code along, and leaves the address at once', async () => {
  const { code } = await clinic.invite();
  const phone = await browser.newContext({ locale: 'ar' });
  const other = await phone.newPage();
  await other.goto(`${clinic.hospital.peopleUrl}/patient/#${code}`);
  await other.getByRole('heading', { name: 'وصل رمز مستشفاك' }).waitFor();
  expect(other.url()).toBe(`${clinic.hospital.peopleUrl}/patient/`);
  expect(await other.evaluate('document.documentElement.dir')).toBe('rtl');
  await other.getByRole('button', { name: 'التالي' }).click();
  await other.getByRole('heading', { name: 'اختر رقمًا سريًا' }).waitFor();
  await phone.close();
}, 60_000);
