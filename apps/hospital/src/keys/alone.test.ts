import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { alone } from './alone.ts';

test('one command at a time replaces keys, and one that died holds nobody up', async () => {
  const dataDir = mkdtempSync(join(tmpdir(), 'vitalseal-alone-'));
  onTestFinished(() => rmSync(dataDir, { recursive: true }));
  const refused = { code: 'keys-busy' };
  await alone(dataDir, () => expect(alone(dataDir, async () => 'twice')).rejects.toMatchObject(refused));
  expect(await alone(dataDir, async () => 'again')).toBe('again');
  await expect(alone(dataDir, () => Promise.reject(new Error('failed')))).rejects.toThrow('failed');
  // The highest number that Linux gives a process is 4194304.
  for (const left of ['4194305\n', '']) {
    writeFileSync(join(dataDir, 'keys.lock'), left);
    expect(await alone(dataDir, async () => 'after a crash')).toBe('after a crash');
  }
});
