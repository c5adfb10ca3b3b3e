import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { openStore } from '../store/open-store.ts';
import { testWrappingKeys } from '../testing/test-wrapping-keys.ts';
import { tellHistory } from './history.ts';

test('a past that was asked for is not told on a feed that is locked while the store is read', async () => {
  const dataDir = mkdtempSync(join(tmpdir(), 'vitalseal-history-'));
  const store = await openStore({ dataDir, wrappingKeys: testWrappingKeys });
  onTestFinished(async () => {
    await store.close();
    rmSync(dataDir, { recursive: true });
  });
  let locked = false;
  let told = 0;
  const feed = { push: () => (told += 1) };
  const patient = { role: 'patient', id: 'p1' } as const;
  const asked = { store, feed, mayStill: () => !locked, patient, number: 1, from: 0, until: 1 };
  await tellHistory(asked);
  expect(told).toBe(1);
  const telling = tellHistory(asked);
  locked = true;
  await telling;
  expect(told).toBe(1);
});
