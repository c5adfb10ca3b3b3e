// The hospital's keys in a TPM, as an operator has them: made, looked at with tools that are not ours, replaced one by one
// beside a hospital that serves, prepared for an update, and brought back by people when the TPM is lost.
import { execFile, spawn } from 'node:child_process';
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { type RunningAuthority, startAuthority } from '@vitalseal/app-certifying-authority';
import { activationLink, decodePem, encodePem, parseCertificate } from '@vitalseal/certifying-authority';
import { measureRelease } from '@vitalseal/certifying-authority/node';
import { decodeKeyBlob } from '@vitalseal/tpm';
import { type Swtpm, startSwtpm } from '@vitalseal/tpm/testing';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { vitalsealProgram, whenRun } from './command-line.fixture.ts';

const run = promisify(execFile);
const identity = { role: 'hospital', id: 'clinic' } as const;
const closing: (() => Promise<unknown> | unknown)[] = [];

let folder: string;
let authority: RunningAuthority;

beforeEach(async () => {
  folder = mkdtempSync(join(tmpdir(), 'vitalseal-tpm-journey-'));
  closing.push(() => rmSync(folder, { recursive: true }));
  authority = await startAuthority({ dataDir: join(folder, 'ca'), createAs: 'Clinic' });
  closing.push(() => authority.close());
});
afterEach(async () => {
  for (const close of closing.splice(0).reverse()) await close();
});

async function emulator(): Promise<Swtpm> {
  const made = await startSwtpm({ tcp: true });
  closing.push(() => made.stop());
  return made;
}

async function invitation(): Promise<string> {
  const { url, rootFingerprint } = authority;
  const serverNames = ['localhost', '127.0.0.1'];
  const { code } = await authority.authority.invite({ identity, serverNames, registrationAuthority: true });
  return activationLink({ url, identity, code, rootFingerprint });
}

/** How far a backup or its return has come: said beside the result, and only where it takes its time. */
const progress = /^(?:\d+ rows (?:written|restored)\n)*$/;

/** @returns standard output of a command of the hospital's that ends well */
async function hospital(...args: string[]): Promise<string> {
  const { status, stdout, stderr } = await whenRun(['hospital', ...args, '--data', 'hospital'], folder);
  expect({ status, stderr }, args.join(' ')).toEqual({ status: 0, stderr: expect.stringMatching(progress) });
  return stdout;
}

interface Serving {
  readonly peopleUrl: string;
  stop(): Promise<void>;
}

async function serve(): Promise<Serving> {
  const args = ['serve', '--data', 'hospital', '--json', '--devices-port', '0', '--people-port', '0'];
  const child = spawn(process.execPath, [vitalsealProgram, 'hospital', ...args, '--log-level', 'error'], {
    cwd: folder,
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  const exited = new Promise<void>((resolve) => child.once('exit', () => resolve()));
  const stop = async () => {
    child.kill('SIGTERM');
    await exited;
  };
  closing.push(stop);
  const line = await new Promise<string>((resolve, reject) => {
    let text = '';
    child.stdout.on('data', (chunk: Buffer) => {
      text += chunk.toString();
      if (text.includes('\n')) resolve(text);
    });
    child.once('exit', (code) => reject(new Error(`expected a hospital that serves, it ended with ${code}`)));
  });
  return { ...(JSON.parse(line) as { peopleUrl: string }), stop };
}

function tools({ tcpPort }: Swtpm) {
  const env = { ...process.env, TPM2TOOLS_TCTI: `swtpm:port=${tcpPort}` };
  return async (name: string, ...args: string[]) => (await run(name, args, { env, cwd: folder })).stdout;
}

function kept(): { identity: string[]; audit: string[] } {
  return JSON.parse(readFileSync(join(folder, 'hospital', 'tpm-keys.json'), 'utf8'));
}

test('tpm2-tools find the keys as they should be, and no private key is in the folder', async () => {
  const tpm = await emulator();
  await hospital('init', '--tpm', tpm.address, '--link', await invitation());
  for (const name of readdirSync(join(folder, 'hospital'))) {
    const bytes = readFileSync(join(folder, 'hospital', name), 'latin1');
    expect(bytes, name).not.toContain('PRIVATE KEY');
  }
  const tool = tools(tpm);
  for (const text of [...kept().identity, ...kept().audit]) {
    const { publicPart, privatePart } = decodeKeyBlob(new Uint8Array(Buffer.from(text, 'base64')));
    for (const [name, part] of [
      ['key.pub', publicPart],
      ['key.priv', privatePart],
    ] as const) {
      const size = Buffer.alloc(2);
      size.writeUInt16BE(part.length);
      writeFileSync(join(folder, name), Buffer.concat([size, part]));
    }
    await tool('tpm2_load', '-C', '0x81000001', '-u', 'key.pub', '-r', 'key.priv', '-c', 'key.ctx');
    const found = await tool('tpm2_readpublic', '-c', 'key.ctx', '-f', 'pem', '-o', 'key.pem');
    await tool('tpm2_flushcontext', '-t');
    expect(found).toContain('fixedtpm|fixedparent|sensitivedataorigin|userwithauth|noda|sign\n');
  }
  // The certificate is of a key that is in there.
  const [first = ''] = kept().identity;
  const { publicPart } = decodeKeyBlob(new Uint8Array(Buffer.from(first, 'base64')));
  const [leaf = new Uint8Array()] = decodePem(
    'CERTIFICATE',
    readFileSync(join(folder, 'hospital', 'hospital-chain.pem'), 'utf8'),
  );
  const { publicKeySpki } = parseCertificate(leaf);
  expect(Buffer.from(publicPart).includes(Buffer.from(publicKeySpki.subarray(-32)))).toBe(true);
  expect(encodePem('CERTIFICATE', leaf)).toContain('BEGIN CERTIFICATE');
}, 120_000);

test('every key is replaced beside a hospital that serves', async () => {
  const tpm = await emulator();
  await hospital('init', '--tpm', tpm.address, '--link', await invitation());
  const { peopleUrl } = await serve();
  await hospital('admit', '--patient', 'anna', '--name', 'Anna Berg');
  const before = kept();
  expect(await hospital('rotate', 'identity')).toMatch(/new key/);
  expect(await hospital('rotate', 'listener')).toMatch(/new key and certificate/);
  expect(await hospital('rotate', 'wrapping', '--forget-older')).toMatch(/\d data keys are wrapped under a new key/);
  expect(await hospital('rotate', 'audit')).toMatch(/new key/);
  const after = kept();
  expect(after.identity).toHaveLength(1);
  expect(after.identity).not.toEqual(before.identity);
  expect(after.audit).not.toEqual(before.audit);
  expect(await hospital('list')).toContain('Anna Berg');
  // It tells how its last work on the TPM went: that may have met one of those commands there.
  const health = async () => (await fetch(new URL('/healthz', peopleUrl))).json();
  await expect.poll(health, { timeout: 30_000 }).toMatchObject({ ok: true, keys: { kind: 'tpm', ok: true } });
}, 180_000);

test('people bring the data back when the TPM is lost', async () => {
  const lost = await emulator();
  await hospital('init', '--tpm', lost.address, '--link', await invitation());
  await hospital('admit', '--patient', 'anna', '--name', 'Anna Berg', '--bed', 'at home');
  const printed = await hospital('recovery', 'split', '--of', '5', '--need', '3');
  const shares = [...printed.matchAll(/^ {2}([0-9A-Z-]{60,})$/gm)].map(([, share = '']) => share);
  expect(shares).toHaveLength(5);
  writeFileSync(join(folder, 'shares'), `${[shares[4], shares[0], shares[2]].join('\n')}\n`);
  expect(await hospital('recovery', 'check', '--shares-from', 'shares')).toMatch(/bring back the wrapping key/);
  await lost.stop();
  const gone = await whenRun(['hospital', 'list', '--data', 'hospital'], folder);
  expect(gone).toMatchObject({ status: 2, stderr: expect.stringMatching(/^vitalseal: .*\(keys-unavailable\)\n$/) });
  const another = await emulator();
  writeFileSync(join(folder, 'fewer'), `${shares[0]}\n${shares[1]}\n`);
  const place = ['--tpm', another.address, '--link', await invitation()];
  const refused = await whenRun(
    ['hospital', 'recover', '--data', 'hospital', '--shares-from', 'fewer', ...place],
    folder,
  );
  expect(refused).toMatchObject({ status: 2, stderr: expect.stringContaining('expected 3 different shares') });
  expect(await hospital('recover', '--shares-from', 'shares', ...place)).toMatch(/The data is back/);
  await serve();
  expect(await hospital('list')).toContain('patient anna  Anna Berg  at home');
}, 180_000);

test('people bring the data back from a backup when the whole machine is lost', async () => {
  const lost = await emulator();
  await hospital('init', '--tpm', lost.address, '--link', await invitation());
  await hospital('admit', '--patient', 'anna', '--name', 'Anna Berg');
  const printed = await hospital('recovery', 'split', '--of', '3', '--need', '2');
  const [first = '', , third = ''] = [...printed.matchAll(/^ {2}([0-9A-Z-]{60,})$/gm)].map(([, share = '']) => share);
  await hospital('backup', '--out', 'nightly.backup');
  await lost.stop();
  rmSync(join(folder, 'hospital'), { recursive: true });
  const another = await emulator();
  const place = ['--tpm', another.address, '--link', await invitation()];
  writeFileSync(join(folder, 'shares'), `${first}\n${third}\n`);
  const shares = ['--shares-from', 'shares'];
  expect(await hospital('recover', '--record', 'nightly.backup', ...shares, ...place)).toMatch(/The data is back/);
  await hospital('restore', '--from', 'nightly.backup');
  await serve();
  expect(await hospital('list')).toContain('patient anna  Anna Berg');
}, 180_000);

test('before an update the keys are sealed for the next release, which the authority must have attested', async () => {
  const tpm = await emulator();
  await hospital('init', '--tpm', tpm.address, '--link', await invitation());
  const next = join(folder, 'next');
  mkdirSync(join(next, 'apps', 'hospital', 'src'), { recursive: true });
  writeFileSync(join(next, 'package.json'), '{ "name": "vitalseal-workspace", "version": "9.9.9" }');
  writeFileSync(join(next, 'package-lock.json'), '{}');
  writeFileSync(join(next, 'apps', 'hospital', 'src', 'index.ts'), 'export {};\n');
  const { attestation } = await authority.authority.attest(await measureRelease(next));
  writeFileSync(join(folder, 'next.attestation'), attestation);
  const options = ['--release', 'next', '--attestation', 'next.attestation'];
  expect(await hospital('reseal', ...options)).toMatch(/releases the keys to vitalseal-workspace 9\.9\.9 as well/);
  writeFileSync(join(next, 'apps', 'hospital', 'src', 'index.ts'), 'export const changed = true;\n');
  const changed = await whenRun(['hospital', 'reseal', '--data', 'hospital', ...options], folder);
  expect(changed).toMatchObject({
    status: 2,
    stderr: expect.stringContaining('attestation of the release in that folder'),
  });
}, 120_000);
