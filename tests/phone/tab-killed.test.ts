// The tab dies while the hospital has the batch and the phone does not know it yet: what was shown as taken is stored once.

import { afterAll, beforeAll, expect, test } from 'vitest';
import { PhoneBench } from './phone.fixture.ts';
import { temperature } from './readings.fixture.ts';

const pin = '2580';
const readings = 20;
let bench: PhoneBench;

beforeAll(async () => {
  bench = await PhoneBench.open();
}, 120_000);
afterAll(() => bench.close());

test('a tab that dies between the hospital’s commit and its acknowledgement loses and doubles nothing', async () => {
  const tab = await bench.activated(pin);
  const back = await bench.clinic.outage();
  for (let i = 0; i < readings; i++) expect(await tab.act('enter', temperature)).toBeUndefined();
  // The answer of the hospital reaches nobody: the tab is gone before it.
  const died = Promise.withResolvers<void>();
  await tab.page.route('**/patient/records', async (route) => {
    const answer = await route.fetch();
    expect(answer.status()).toBe(200);
    const session = await bench.context.newCDPSession(tab.page);
    tab.page.once('crash', () => died.resolve());
    session.send('Page.crash').catch(() => {});
  });
  await back();
  await died.promise;
  expect(await bench.readings()).toBe(readings);
  await tab.page.close();

  const again = await bench.tab();
  await again.until(`state.card.state === 'locked'`);
  expect(await again.act('unlock', pin)).toBeUndefined();
  const seen = await again.until(`state.readings.length === ${readings} && state.waiting.readings === 0`);
  expect(seen.readings.every(({ where }) => where.place === 'hospital')).toBe(true);
  expect(await again.act('enter', temperature)).toBeUndefined();
  await again.until(`state.readings.length === ${readings + 1} && state.waiting.readings === 0`);
  expect(await bench.readings()).toBe(readings + 1);
}, 180_000);
