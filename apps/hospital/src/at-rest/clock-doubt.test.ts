import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { openStore, type Store } from '../store/open-store.ts';
import { testWrappingKeys } from '../testing/test-wrapping-keys.ts';
import { believeClock, believesClock } from './clock-doubt.ts';

const day = 86_400_000;
const noon = Date.UTC(2026, 5, 15, 12);
let dataDir: string;
let store: Store;
beforeEach(async () => {
  dataDir = mkdtempSync(join(tmpdir(), 'vitalseal-doubt-'));
  store = await openStore({ dataDir, wrappingKeys: testWrappingKeys });
});
afterEach(async () => {
  await store.close();
  rmSync(dataDir, { recursive: true });
});

const believes = (now: number, servedMs = 0) => believesClock(store, { now, servedMs });

test('a clock that runs on is believed, also after a weekend off', async () => {
  expect(await believes(noon)).toBe(true);
  expect(await believes(noon + day)).toBe(true);
  expect(await believes(noon + 4 * day)).toBe(true);
});

test('a clock that jumped ahead is not, however often the hospital is started, until it has served for a day', async () => {
  expect(await believes(noon)).toBe(true);
  const wrong = noon + 3650 * day;
  for (let starts = 0; starts < 3; starts++) expect(await believes(wrong + starts)).toBe(false);
  expect(await believes(wrong + day / 2, day / 2)).toBe(false);
  // Set right in time, it is believed at once.
  expect(await believes(noon + day)).toBe(true);
  expect(await believes(wrong, day)).toBe(true);
});

test('a clock that somebody vouches for is believed, and one that went back removes nothing more', async () => {
  expect(await believes(noon)).toBe(true);
  expect(await believes(noon + 100 * day)).toBe(false);
  await believeClock(store, noon + 100 * day);
  expect(await believes(noon + 100 * day + 1)).toBe(true);
  expect(await believes(noon)).toBe(true);
  expect(await believes(noon + 4 * day)).toBe(false);
});
