import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync, statSync } from 'node:fs';
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
  const holder = new URL('./hold-alone.fixture.ts', import.meta.url).pathname;
  const child = spawn(process.execPath, [holder, dataDir], { stdio: ['ignore', 'pipe', 'inherit'] });
  await once(child.stdout, 'data');
  await expect(alone(dataDir, async () => 'beside it')).rejects.toMatchObject(refused);
  child.kill('SIGKILL');
  await once(child, 'exit');
  expect(await alone(dataDir, async () => 'after a crash')).toBe('after a crash');
  expect(statSync(join(dataDir, 'keys.lock')).mode & 0o777).toBe(0o600);
});
