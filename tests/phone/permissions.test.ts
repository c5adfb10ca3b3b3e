// What the browser may allow or not: to keep the store for good, and to tell where the phone is.

import { afterAll, beforeAll, expect, test } from 'vitest';
import { KeptPhone } from './kept-phone.fixture.ts';
import { PhoneBench } from './phone.fixture.ts';
import { temperature } from './readings.fixture.ts';

const berlin = { latitude: 52.52, longitude: 13.405, accuracy: 20 };
let bench: PhoneBench;

beforeAll(async () => {
  bench = await PhoneBench.open();
}, 120_000);
afterAll(() => bench.close());

test('the browser is asked to keep the store, and its answer is told', async () => {
  const phone = new KeptPhone(bench);
  try {
    const context = await phone.start();
    const refused = await bench.tab(context);
    await refused.until(`state.card.state === 'new'`);
    expect((await refused.state()).storage.persistent).toBe(false);
    const session = await context.newCDPSession(refused.page);
    const { origin } = new URL(refused.page.url());
    await session.send('Browser.grantPermissions', { permissions: ['durableStorage'], origin });
    await refused.page.reload();
    await refused.until('state.storage.persistent');
  } finally {
    await phone.close();
  }
}, 90_000);

test('a place that the browser tells no more goes with no reading any more, and the patient sees that', async () => {
  await bench.context.grantPermissions(['geolocation']);
  await bench.context.setGeolocation(berlin);
  const tab = await bench.activated('2580');
  expect(await tab.act('shareLocation', true)).toBeUndefined();
  await tab.until(`state.location.state === 'shared' && state.location.last !== undefined`);
  expect(await tab.act('enter', temperature)).toBeUndefined();
  await tab.until(`state.readings.length === 1 && state.readings[0].where.place === 'hospital'`);
  expect((await bench.stored()).at(-1)?.location).toMatchObject({ latitude: berlin.latitude });

  await bench.context.clearPermissions();
  await tab.until(`state.location.state === 'denied'`);
  expect(await tab.act('enter', temperature)).toBeUndefined();
  await tab.until(`state.readings.length === 2 && state.readings[1].where.place === 'hospital'`);
  expect((await bench.stored()).at(-1)?.location).toBeUndefined();

  // Given again, the patient has only to say so.
  await bench.context.grantPermissions(['geolocation']);
  expect(await tab.act('shareLocation', true)).toBeUndefined();
  await tab.until(`state.location.state === 'shared' && state.location.last !== undefined`);
}, 120_000);
