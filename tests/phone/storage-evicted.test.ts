// The browser throws away what the card kept: the patient is told at once, or when the app is opened again, how many
// readings went with it, and a new letter makes the phone a patient's again.

import { afterAll, beforeAll, expect, test } from 'vitest';
import { PhoneBench, type Tab } from './phone.fixture.ts';
import { temperature } from './readings.fixture.ts';

const pin = '2580';
let bench: PhoneBench;

beforeAll(async () => {
  bench = await PhoneBench.open();
}, 120_000);
afterAll(() => bench.close());

/** Of the browser's stores what its quota counts, as it does itself when room is short. */
async function evict(tab: Tab): Promise<void> {
  const session = await bench.context.newCDPSession(tab.page);
  await session.send('Storage.clearDataForOrigin', {
    origin: new URL(tab.page.url()).origin,
    storageTypes: 'indexeddb,cache_storage,file_systems',
  });
  await session.detach();
}

const enter = async (tab: Tab) => expect(await tab.act('enter', temperature)).toBeUndefined();
const atHospital = (count: number) =>
  `state.readings.length === ${count} && state.readings.every(({ where }) => where.place === 'hospital')`;

test('while the app runs: it says so, with what is lost, and takes nothing any more', async () => {
  const tab = await bench.activated(pin);
  await enter(tab);
  await tab.until(atHospital(1));
  const back = await bench.clinic.outage();
  for (let i = 0; i < 3; i++) await enter(tab);
  await evict(tab);
  const lost = await tab.until(`state.card.state === 'lost'`);
  expect(lost.card).toEqual({ state: 'lost', waiting: 3 });
  expect(await tab.act('enter', temperature)).toBe('card-gone');
  await back();
  await tab.page.close();
}, 120_000);

test('opened again it still says so, until the patient starts again with a new letter', async () => {
  const tab = await bench.tab();
  await tab.until(`state.card.state === 'lost' && state.card.waiting === 3`);
  expect(await tab.act('wipe')).toBeUndefined();
  await tab.until(`state.card.state === 'new'`);
  await tab.page.close();
  const again = await bench.activated(pin);
  await enter(again);
  await again.until(atHospital(1));
  expect(await bench.readings()).toBe(2);
  await again.page.close();
}, 120_000);

test('while the app is closed: it says so when it is opened, and that nothing is lost where nothing waited', async () => {
  const other = await bench.context.newPage();
  await other.goto(`${bench.clinic.hospital.peopleUrl}/patient/no-such-page`);
  const session = await bench.context.newCDPSession(other);
  const origin = new URL(bench.clinic.hospital.peopleUrl).origin;
  await session.send('Storage.clearDataForOrigin', { origin, storageTypes: 'indexeddb,cache_storage,file_systems' });
  await other.close();
  const tab = await bench.tab();
  expect((await tab.until(`state.card.state !== 'opening'`)).card).toEqual({ state: 'lost', waiting: 0 });
}, 120_000);
