// A phone's program that the authority vouches for runs; when the authority takes its word back, the program ends by
// itself, says why, and does not start again.

import { type ChildProcess, spawn } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, expect, test } from 'vitest';
import { Clinic } from './clinic.fixture.ts';
import { type Ran, vitalsealProgram, whenRun } from './command-line.fixture.ts';

const root = fileURLToPath(new URL('../..', import.meta.url));
const folder = mkdtempSync(join(tmpdir(), 'vitalseal-release-revoked-'));
const phone = join(folder, 'phone');
const pin = join(folder, 'pin');
const closing: (() => unknown)[] = [() => rmSync(folder, { recursive: true, force: true })];
afterAll(async () => {
  for (const close of closing.reverse()) await close();
});

const runPhone = ['patient', 'run', '--data', phone, '--pin-file', pin, '--hospital', 'https://127.0.0.1:1'];

/** @returns when the phone listens, and what it has said by its end */
function start(...options: readonly string[]): {
  readonly child: ChildProcess;
  readonly listening: Promise<void>;
  readonly ended: Promise<Ran>;
} {
  const child = spawn(process.execPath, [vitalsealProgram, ...runPhone, '--listen', '127.0.0.1:0', ...options]);
  let stdout = '';
  let stderr = '';
  const listening = Promise.withResolvers<void>();
  const ended = Promise.withResolvers<Ran>();
  child.stdout.on('data', (chunk: Buffer) => {
    stdout += chunk.toString();
    if (stdout.includes('listening for sensors')) listening.resolve();
  });
  child.stderr.on('data', (chunk: Buffer) => (stderr += chunk.toString()));
  child.on('close', (status) => {
    listening.reject(new Error(`expected a phone that runs: ${stderr}`));
    ended.resolve({ status: status ?? -1, stdout, stderr });
  });
  listening.promise.catch(() => {});
  return { child, listening: listening.promise, ended: ended.promise };
}

test('a release that is taken back ends while it runs, and does not start again', { timeout: 90_000 }, async () => {
  const clinic = await Clinic.open();
  closing.push(() => clinic.close());
  const { url, authority } = clinic.authority;
  writeFileSync(pin, '4711', { mode: 0o600 });
  const { code } = await clinic.invite();
  const activated = await whenRun(['patient', 'activate', code, '--data', phone, '--pin-file', pin]);
  expect(activated).toMatchObject({ status: 0, stderr: '' });

  const out = join(phone, 'release.attestation');
  const attest = ['ca', 'attest', '--data', join(clinic.folder, 'ca'), '--release', root, '--out', out, '--json'];
  const { serial } = JSON.parse((await whenRun(attest)).stdout) as { serial: string };
  const { child, listening, ended } = start('--authority', url);
  closing.push(() => child.kill('SIGKILL'));
  await listening;
  await authority.revoke({ serial });
  const refusal = { status: 2, stderr: expect.stringMatching(/^vitalseal: [^\n]+ \(release-not-attested\)\n$/) };
  expect(await ended).toMatchObject(refusal);
  expect(await whenRun(runPhone)).toMatchObject(refusal);

  // Without that word it is a program that nobody vouches for; this card was never told whom to let in.
  rmSync(out);
  const unattested = start();
  await unattested.listening;
  unattested.child.kill('SIGTERM');
  expect(await unattested.ended).toMatchObject({ status: 0, stderr: '' });
});
