// What goes wrong around a phone in a browser: no hospital for a while, a clock that is a year off, a store that is
// gone. Nothing is lost without being told, and nothing is stored twice.

import { afterAll, beforeAll, expect, test } from 'vitest';
import { PhoneBench, type Tab } from './phone.fixture.ts';
import { temperature } from './readings.fixture.ts';

const pin = '2580';
const year = 365 * 86_400_000;
let bench: PhoneBench;

beforeAll(async () => {
  bench = await PhoneBench.open();
}, 120_000);
afterAll(() => bench.close());

const confirmed = (count: number) =>
  `state.readings.length === ${count} && state.readings.every(({ where }) => where.place === 'hospital')`;

async function enter(tab: Tab, times: number): Promise<void> {
  for (let i = 0; i < times; i++) expect(await tab.act('enter', temperature)).toBeUndefined();
}

test('without a hospital readings wait on the phone, across a restart of it, and are stored once when it is back', async () => {
  const tab = await bench.activated(pin);
  await enter(tab, 1);
  await tab.until(confirmed(1));
  const back = await bench.clinic.outage();
  await enter(tab, 5);
  const waiting = await tab.until(`state.delivery.state === 'waiting' && state.waiting.readings === 5`);
  expect(waiting.delivery.code).toBe('hospital-unreachable');
  expect(waiting.readings.filter(({ where }) => where.place === 'phone')).toHaveLength(5);
  await back();
  await tab.until(confirmed(6));
  expect(await bench.readings()).toBe(6);
  await tab.page.close();
}, 180_000);

test('a page whose clock is a year ahead says so, its readings reach the hospital, and so do those of a clock put right', async () => {
  const tab = await bench.tab();
  await tab.page.clock.install();
  await tab.until(`state.card.state === 'locked'`);
  expect(await tab.act('unlock', pin)).toBeUndefined();
  const before = await bench.readings();
  await tab.page.clock.setSystemTime(Date.now() + year);
  await enter(tab, 1);
  const ahead = await tab.until(`state.clockAheadMs > ${year - 600_000}`);
  expect(ahead.clockAheadMs).toBeLessThan(year + 600_000);
  await tab.page.close();
  const right = await bench.tab();
  await right.until(`state.card.state === 'locked'`);
  expect(await right.act('unlock', pin)).toBeUndefined();
  await enter(right, 1);
  await right.until(`state.waiting.readings === 0`);
  expect(await bench.readings()).toBe(before + 2);
  await right.page.close();
}, 180_000);

test('a phone that was wiped is a fresh one, and is taken into care again with another code', async () => {
  const tab = await bench.tab();
  await tab.until(`state.card.state === 'locked'`);
  expect(await tab.act('wipe')).toBeUndefined();
  const fresh = await tab.until(`state.card.state === 'new'`);
  expect(fresh.patient).toBeUndefined();
  await tab.page.close();
  const again = await bench.activated('1357');
  expect((await again.state()).readings).toEqual([]);
  await enter(again, 1);
  await again.until(confirmed(1));
  await again.page.close();
}, 180_000);
