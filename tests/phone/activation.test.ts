// From the hospital's activation code to its confirmation of a reading, in the patient's browser alone.

import { afterAll, beforeAll, expect, test } from 'vitest';
import { anna } from '../journeys/clinic.fixture.ts';
import { PhoneBench } from './phone.fixture.ts';
import { temperature } from './readings.fixture.ts';

const pin = '2580';
let bench: PhoneBench;

beforeAll(async () => {
  bench = await PhoneBench.open();
}, 120_000);
afterAll(() => bench.close());

test('a fresh phone is activated by the code, and a reading typed in is confirmed by the hospital', async () => {
  const tab = await bench.activated(pin);
  const opened = await tab.until(`state.card.state === 'open'`);
  expect(opened).toMatchObject({ patient: anna.id });
  expect(await tab.act('enter', temperature)).toBeUndefined();
  const confirmed = await tab.until(`state.readings.length === 1 && state.readings[0].where.place === 'hospital'`);
  expect(confirmed.readings[0]).toMatchObject({ source: { kind: 'entered' }, late: false, measurements: temperature });
  const [card] = await bench.clinic.store.cards.ofPatient(anna.id);
  expect(card).toMatchObject({ stage: 'in-service', problem: null });
  expect(bench.complaints).toEqual([]);
  await tab.page.close();
}, 180_000);

test('a tab that was killed is the same card when it is opened again, closed until the PIN', async () => {
  const again = await bench.tab();
  const closed = await again.until(`state.card.state === 'locked'`);
  expect(closed.readings).toEqual([]);
  expect(await again.act('unlock', '0000')).toBe('pin-refused');
  expect((await again.state()).card).toEqual({ state: 'locked', triesLeft: 2 });
  expect(await again.act('unlock', pin)).toBeUndefined();
  // The patient's own day is there, and goes on.
  expect((await again.state()).readings).toMatchObject([{ where: { place: 'hospital' }, measurements: temperature }]);
  expect(await again.act('enter', temperature)).toBeUndefined();
  await again.until(`state.readings.length === 2 && state.readings.every(({ where }) => where.place === 'hospital')`);
  expect(await bench.readings()).toBe(2);
  await again.page.close();
}, 120_000);

test('a second tab has no card while the first one has it, and takes over by itself', async () => {
  const first = await bench.tab();
  await first.until(`state.card.state === 'locked'`);
  const second = await bench.tab();
  await second.until(`state.card.state === 'elsewhere'`);
  await first.page.close();
  await second.until(`state.card.state === 'locked'`);
  await second.page.close();
}, 120_000);

test('a code that was used makes no second card, and leaves a phone that takes another code', async () => {
  const { code } = await bench.clinic.invite();
  const thief = await bench.tab(await bench.anotherPhone());
  await thief.until(`state.card.state === 'new'`);
  expect(await thief.act('activate', code, pin)).toBeUndefined();
  const late = await bench.tab(await bench.anotherPhone());
  await late.until(`state.card.state === 'new'`);
  expect(await late.act('activate', 'VS1-ABCDE', pin)).toBe('activation-code-malformed');
  expect(await late.act('activate', code, pin)).toBe('activation-code-used');
  expect((await late.state()).card).toEqual({ state: 'new' });
  const { code: another } = await bench.clinic.invite();
  expect(await late.act('activate', another, '1357')).toBeUndefined();
  await late.until(`state.card.state === 'open'`);
}, 180_000);
