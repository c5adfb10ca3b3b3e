// The PIN of the patient's card on the command line: a phone starts with the right one alone, a wrong one is told in one
// clear line with the tries that are left and is not tried again by itself, and a blocked card says how it goes on.

import { chmodSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { cardOfWorld, testPin } from '@vitalseal/app-patient/testing';
import { CertifiedWorld } from '@vitalseal/secure-element/testing';
import { afterAll, expect, test } from 'vitest';
import { type Ran, whenRun } from './command-line.fixture.ts';

const folder = mkdtempSync(join(tmpdir(), 'vitalseal-pin-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));
const phone = join(folder, 'phone');

function pinFile(pin: string, mode = 0o600): string {
  const path = join(folder, 'pin');
  writeFileSync(path, pin);
  chmodSync(path, mode);
  return path;
}

async function told({ status, stderr }: Ran): Promise<string> {
  expect([status, stderr]).toEqual([2, expect.stringMatching(/^vitalseal: [^\n]+\n$/)]);
  return stderr;
}

const phoneStatus = (...options: string[]) => whenRun(['patient', 'status', '--data', phone, ...options]);
const run = (...options: string[]) =>
  whenRun(['patient', 'run', '--data', phone, '--hospital', 'https://127.0.0.1:1', ...options]);

test('a wrong PIN costs one try each time it is given, and a blocked card says what to do', async () => {
  const card = await cardOfWorld(await CertifiedWorld.make(Date.now()), { folder: phone });
  await card.close();
  writeFileSync(join(phone, 'hospital.url'), 'https://127.0.0.1:1');

  expect((await phoneStatus('--pin-file', pinFile(testPin))).stdout).toMatch(/^confirmed 0, waiting 0/);
  expect(await told(await phoneStatus())).toMatch(
    /expected the PIN of the card: give it by --pin-file.*secret-missing/,
  );
  expect(await told(await run('--pin-file', pinFile(testPin, 0o644)))).toMatch(/chmod 600.*secret-file-exposed/);
  expect(await told(await run('--pin-file', pinFile('12')))).toMatch(/four to eight digits/);

  expect(await told(await run('--pin-file', pinFile('1111')))).toMatch(/2 tries are left.*card-pin-refused/);
  expect(await told(await run('--pin-file', pinFile('2222')))).toMatch(/one try is left.*card-pin-refused/);
  expect(await told(await run('--pin-file', pinFile('3333')))).toMatch(/unblocking code.*card-pin-blocked/);
  expect(await told(await run('--pin-file', pinFile(testPin)))).toMatch(/unblocking code.*card-pin-blocked/);
}, 60_000);
