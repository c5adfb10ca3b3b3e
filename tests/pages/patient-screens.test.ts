// What the patient's screens do: the camera, the keyboard, languages, what is asked twice, and what is never said.
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { formatSensorCode, generateSensorCode } from '@vitalseal/protocol';
import { encodeActivationCode } from '@vitalseal/uicc/global-platform';
import type { Page } from 'playwright-core';
import { afterAll, afterEach, beforeAll, expect, test } from 'vitest';
import { Gallery, type Shown } from './gallery.fixture.ts';
import { filmOf } from './qr-video.fixture.ts';

const code = encodeActivationCode({
  host: 'hospital.example.org',
  port: 8443,
  administrationId: '0011223344556677',
  secret: new Uint8Array(16).fill(7),
});
const folder = mkdtempSync(join(tmpdir(), 'vitalseal-film-'));
let gallery: Gallery;
let page: Page;

beforeAll(async () => {
  gallery = await Gallery.open(filmOf(`https://hospital.example.org/patient/#${code}`, join(folder, 'letter.y4m')));
}, 120_000);
afterEach(() => page.context().close());
afterAll(async () => {
  expect(gallery.complaints.filter((text) => !text.includes('404'))).toEqual([]);
  await gallery.close();
  rmSync(folder, { recursive: true });
});

const show = async (shown: Shown = {}) => {
  page = await gallery.show(shown);
};
const heading = (name: string) => page.getByRole('heading', { name, exact: true }).waitFor();
const press = (name: string) => page.getByRole('button', { name, exact: true }).click();
const focused = () => page.evaluate<string>('document.activeElement?.textContent ?? ""');

test('the camera finds the code of the letter, and is off again afterwards', async () => {
  await show({ state: 'fresh' });
  await page.evaluate(`{
    const ask = navigator.mediaDevices.getUserMedia.bind(navigator.mediaDevices);
    navigator.mediaDevices.getUserMedia = async (wanted) => (globalThis.seen = await ask(wanted));
  } undefined`);
  await press('Scan the square code');
  await heading('Choose a PIN');
  expect(await page.evaluate('seen.getTracks().map(({ readyState }) => readyState)')).toEqual(['ended']);
});

test('a square code of something else is not taken for a sensor’s, and the digits on the sensor are', async () => {
  await show({ screen: 'sensors/add' });
  await press('One from my hospital It has a code printed on it, or a square code.');
  await press('Scan the square code');
  await page.getByText('not the one on a sensor', { exact: false }).waitFor();
  await press('Type the code instead');
  const digits = generateSensorCode();
  await page.getByLabel('Code', { exact: true }).fill(digits.slice(1));
  await press('Next');
  await page.getByText('The code is not complete', { exact: false }).waitFor();
  await page.getByLabel('Code', { exact: true }).fill(formatSensorCode(digits));
  await press('Next');
  await heading('Find my sensor');
  await press('Find my sensor');
  await page.getByText('This code does not belong to that sensor', { exact: false }).waitFor();
});

test('the whole day is reached by keyboard alone, and each screen says where one is', async () => {
  await show({});
  await page.getByRole('button', { name: 'Skip to the content' }).focus();
  await page.keyboard.press('Enter');
  expect(await focused()).toBe('Today');
  await page.keyboard.press('Tab');
  expect(await focused()).toBe('Enter a reading');
  await page.keyboard.press('Enter');
  await heading('What would you like to enter?');
  await expect.poll(focused).toBe('What would you like to enter?');
  await page.keyboard.press('Tab');
  expect(await focused()).toBe('Temperature');
  await page.keyboard.press('Enter');
  await heading('What does the thermometer show?');
  expect(await page.title()).toBe('What does the thermometer show? · Vitalseal');
});

test('what has the focus is never under the header or the menu', async () => {
  await show({ height: 600 });
  for (let i = 0; i < 30; i += 1) {
    await page.keyboard.press('Tab');
    const hidden = await page.evaluate<string | undefined>(`(() => {
      const element = document.activeElement;
      const { left, right, top, bottom } = element.getBoundingClientRect();
      const points = [[(left + right) / 2, Math.max(top, 0) + 2], [(left + right) / 2, Math.min(bottom, innerHeight) - 2]];
      const seen = points.some(([x, y]) => element.contains(document.elementFromPoint(x, y)));
      return seen || element === document.body ? undefined : element.outerHTML.slice(0, 200);
    })()`);
    expect(hidden).toBeUndefined();
  }
});

test('the phone’s own way back goes back one screen, and does not leave the app', async () => {
  await show({});
  await page.getByRole('link', { name: /^Pulse/ }).click();
  await heading('Pulse');
  await page.goBack();
  await heading('Today');
  await page.getByRole('link', { name: 'Sensors' }).click();
  await heading('Sensors');
  await page.getByRole('link', { name: 'What this phone cannot do' }).click();
  await heading('What this phone cannot do');
  await page.getByRole('link', { name: 'Back' }).click();
  await heading('Sensors');
});

test('another language is there at once, with its direction and its voice', async () => {
  await show({ screen: 'settings' });
  await page.getByLabel('العربية').click();
  await heading('الإعدادات');
  // Whoever tries one language after the other by keyboard stays where he is.
  expect(await page.evaluate('document.activeElement.value')).toBe('ar');
  expect(await page.evaluate('[document.documentElement.lang, document.documentElement.dir]')).toEqual(['ar', 'rtl']);
  await page.getByLabel('Español').click();
  await heading('Ajustes');
  expect(await page.evaluate('[document.documentElement.lang, document.documentElement.dir]')).toEqual(['es', 'ltr']);
});

test('help is two presses away on every screen, and says only what is known', async () => {
  await show({ screen: 'sharing' });
  await page.getByRole('link', { name: 'I need help' }).click();
  await heading('Do you need help?');
  expect(await page.getByRole('link', { name: 'Phone 112' }).getAttribute('href')).toBe('tel:112');
  await press('Alert my hospital');
  await page.getByRole('alert').getByText('It confirmed your call for help', { exact: false }).waitFor();
});

test('a call for help that nobody confirms says so, and to phone', async () => {
  await show({ state: 'offline', screen: 'help' });
  await press('Alert my hospital');
  await page.getByRole('alert').getByText('Do not wait: phone 112 now', { exact: false }).waitFor();
});

test('with the app closed there is still the telephone, and no promise of an alarm', async () => {
  await show({ state: 'locked', screen: 'help' });
  await page.getByRole('link', { name: 'Phone 112' }).waitFor();
  expect(await page.getByRole('button', { name: 'Alert my hospital' }).count()).toBe(0);
  await page.getByText('enter your PIN first', { exact: false }).waitFor();
});

test('sharing is stopped after a question that says what it costs, and started with one press', async () => {
  await show({ screen: 'sharing' });
  await press('Stop sharing my readings');
  await page.getByText('cannot notice when you get worse', { exact: false }).waitFor();
  await page.keyboard.press('Escape');
  await page.getByText('Shared with your hospital').waitFor();
  await press('Stop sharing my readings');
  await press('Stop sharing');
  await page.getByText('Not shared. They stay on this phone.').waitFor();
  await press('Share my readings again');
  await page.getByText('Shared with your hospital').waitFor();
});

test('a question that was closed gives the focus back to what asked it, and each sensor’s buttons say whose they are', async () => {
  await show({ screen: 'sensors' });
  await page.getByRole('button', { name: 'Remove', exact: true }).first().focus();
  const whose = 'document.getElementById(document.activeElement.getAttribute("aria-describedby")).textContent';
  expect(await page.evaluate(whose)).toContain('Chest strap 07');
  await page.keyboard.press('Enter');
  await page.getByRole('dialog').waitFor();
  expect(await focused()).toBe('Keep it');
  await page.keyboard.press('Escape');
  await expect.poll(focused).toBe('Remove');
});

test('for whoever wants less motion nothing moves', async () => {
  await show({ state: 'opening' });
  const moving = () =>
    page.evaluate<number>('document.getAnimations().filter(({ playState }) => playState === "running").length');
  await expect.poll(moving).toBeGreaterThan(0);
  await page.emulateMedia({ reducedMotion: 'reduce' });
  await expect.poll(moving).toBe(0);
});

test('everything is deleted only after what would be lost was said', async () => {
  await show({ state: 'offline', screen: 'settings/wipe' });
  await press('Delete everything');
  const question = page.getByRole('dialog');
  await question.getByText('41 readings that your hospital does not have will be lost.').waitFor();
  await question.getByRole('button', { name: 'Delete everything' }).click();
  await heading('Welcome');
});

test('somebody who does not wake is a call, before it is a reading', async () => {
  await show({ screen: 'enter/consciousness' });
  await press('Does not wake');
  await page.getByRole('alert').getByText('phone 112 now', { exact: false }).waitFor();
});

test('nothing says that a reading was sent: only where it is', async () => {
  await show({ state: 'offline' });
  const text = await page.locator('main').innerText();
  expect(text).toContain('On this phone');
  expect(text).not.toMatch(/\bsent\b|\bconnected\b/i);
});
