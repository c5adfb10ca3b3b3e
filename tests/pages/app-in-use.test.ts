// The patient's app as it is built, from the letter's link on: the card that it makes is the same after an update, its root is
// the one that the card was given, and what the service worker refuses is told to the patient.

import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { AppBench, type Phone } from './app.fixture.ts';

const pin = '2580';
let bench: AppBench;
let phone: Phone;
let build: string;
beforeAll(async () => {
  bench = await AppBench.open();
  build = await bench.deploy('1.0.0');
  phone = await bench.phone();
});
afterAll(() => bench.close());

const press = (name: string | RegExp) => phone.page.getByRole('button', { name, exact: true }).click();
const enterPin = () => phone.page.getByLabel('PIN', { exact: true }).fill(pin);
const title = (name: string) => phone.page.getByRole('heading', { name, level: 1 }).waitFor();

async function unlock(): Promise<void> {
  await title('Enter your PIN');
  await enterPin();
  await press('Open');
  await title('Today');
}

test('activated by the link of the letter, the app judges releases by the root of its card', async () => {
  const link = await bench.invitePatient();
  await phone.page.goto(link);
  await press('Next');
  for (let time = 0; time < 2; time++) {
    await enterPin();
    await press('Next');
  }
  await title('Today');
  await expect.poll(() => phone.ask(`{ ask: 'state' }`)).toMatchObject({ update: 'none', rooted: true });
}, 120_000);

test('after an update it is the same card: the same PIN opens it', async () => {
  await bench.deploy('1.1.0');
  expect(await phone.look()).toMatchObject({ update: 'ready' });
  await phone.reopen();
  expect(await phone.shows()).toBe('1.1.0');
  await unlock();
  expect(await phone.ask(`{ ask: 'state' }`)).toMatchObject({ update: 'none', rooted: true, version: '1.1.0' });
}, 120_000);

test('the patient is told that an update is ready, and it runs when they say so', async () => {
  await bench.deploy('1.2.0');
  await phone.look();
  await press('Use it now');
  await expect.poll(() => phone.shows().catch(() => undefined), { timeout: 20_000 }).toBe('1.2.0');
  await unlock();
}, 120_000);

test('a service worker that no release names is told to the patient while the page runs', async () => {
  const script = readFileSync(join(build, 'service-worker.js'), 'utf8');
  bench.front.instead.set('/patient/service-worker.js', {
    body: `${script}\n`,
    headers: { 'content-type': 'text/javascript' },
  });
  await phone.updateWorker();
  await phone.page.getByText('was refused').waitFor();
  expect(phone.complaints.filter((text) => !/Failed to load resource/.test(text))).toEqual([]);
}, 120_000);
