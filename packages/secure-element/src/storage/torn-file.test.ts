// Power lost in the middle of a write: the log that SQLite writes is cut at every length, as a disk would leave it. What
// is read then is one commit's end, never a mixture of two, and never older than a longer log would have told.

import { copyFileSync, mkdtempSync, rmSync, statSync, truncateSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { sqliteStorage } from './sqlite-storage.ts';

const commits = 6;
let folder = '';
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'vitalseal-torn-'));
});
afterEach(() => rmSync(folder, { recursive: true }));

/** The number of the commit that the store is at: both values were changed in each. */
async function commitAt(path: string): Promise<number> {
  const storage = sqliteStorage({ path });
  try {
    const [counter, reading] = [await storage.read('counter'), await storage.read('reading')];
    expect(reading?.[0]).toBe(counter?.[0]);
    return counter?.[0] ?? 0;
  } finally {
    await storage.close();
  }
}

test('a log that is cut anywhere leaves the store at the end of a commit', async () => {
  const path = join(folder, 'element.db');
  const storage = sqliteStorage({ path });
  for (let commit = 1; commit <= commits; commit++) {
    await storage.commit([
      { name: 'counter', value: Uint8Array.of(commit) },
      { name: 'reading', value: new Uint8Array(9000).fill(commit) },
    ]);
  }
  const cut = join(folder, 'cut.db');
  const whole = statSync(`${path}-wal`).size;
  const seen: number[] = [];
  for (let length = 0; length <= whole; length += 1021) {
    copyFileSync(path, cut);
    copyFileSync(`${path}-wal`, `${cut}-wal`);
    truncateSync(`${cut}-wal`, length);
    seen.push(await commitAt(cut));
    rmSync(`${cut}-wal`, { force: true });
  }
  copyFileSync(path, cut);
  copyFileSync(`${path}-wal`, `${cut}-wal`);
  expect(await commitAt(cut)).toBe(commits);
  expect(seen).toEqual(seen.toSorted((a, b) => a - b));
  expect(new Set(seen).size).toBeGreaterThanOrEqual(commits);
  await storage.close();
});
