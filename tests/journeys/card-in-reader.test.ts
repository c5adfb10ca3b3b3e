// `vitalseal card` as a person runs it, on the real PC/SC stack: the card goes into a reader, says what it does and what
// is in its way, is killed (SIGKILL) in the middle of a command, and is back with everything it knew.

import { type ChildProcess, spawn } from 'node:child_process';
import { existsSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';
import { exclusively, MhaClient } from '@vitalseal/secure-element/terminal';
import { type OwnPcscd, openPcscCard, type PcscCard, startPcscd } from '@vitalseal/uicc/node';
import { afterAll, afterEach, beforeAll, expect, test } from 'vitest';
import { Clinic } from './clinic.fixture.ts';
import { vitalsealProgram, whenRun } from './command-line.fixture.ts';

let pcscd: OwnPcscd;
let folder: string;
let port: string;
const processes = new Set<ChildProcess>();
/** Each command is a process that loads, and may wait for a hash that is slow on purpose. */
const timeout = 120_000;

beforeAll(async () => {
  pcscd = await startPcscd();
  process.env.PCSCLITE_CSOCK_NAME = pcscd.socketPath;
  port = String(pcscd.readers[0]?.port);
  folder = mkdtempSync(join(tmpdir(), 'vitalseal-card-'));
  writeFileSync(join(folder, 'pin'), '4711', { mode: 0o600 });
  writeFileSync(join(folder, 'exposed'), '4711', { mode: 0o644 });
  writeFileSync(join(folder, 'wrong'), '0000', { mode: 0o600 });
});

afterEach(async () => {
  await Promise.all([...processes].map((child) => ended(child, 'SIGKILL')));
});

afterAll(async () => {
  await pcscd.stop();
  rmSync(folder, { recursive: true });
});

test('a card goes in, gets its PIN through the reader, and comes out when its process is asked to end', {
  timeout,
}, async () => {
  const { child, output } = await cardInReader('asked');
  expect(output()).toContain(`the card is in the virtual reader of port ${port}`);
  expect((await vitalseal('card', 'readers')).stdout).toContain(`${readerName()}: a card\n`);
  expect((await vitalseal('card', 'status', '--reader')).stdout).toContain('PIN: not set');
  await vitalseal('card', 'pin', 'set', '--reader', '--new-pin-file', join(folder, 'pin'));
  expect((await vitalseal('card', 'status', '--reader')).stdout).toContain('PIN: 3 tries left');
  expect(await ended(child, 'SIGTERM')).toBe(0);
  expect((await refused('card', 'status', '--reader')).stderr).toContain('(card-gone)');
});

test('what is in the way of a card is told in one line, with exit code 2', { timeout }, async () => {
  await cardInReader('in the way');
  const other = ['card', '--pcsc', '--data', join(folder, 'other'), '--port'];
  const same = ['card', '--pcsc', '--data', join(folder, 'in the way'), '--port'];
  const exposed = ['card', 'pin', 'set', '--reader', '--new-pin-file', join(folder, 'exposed')];
  const inTheWay = await Promise.all([refused(...other, port), refused(...same, port), refused(...exposed)]);
  const codes = inTheWay.map(({ stderr }) => /\(([a-z-]+)\)\n$/.exec(stderr)?.[1]);
  expect(codes).toEqual(['vpcd-slot-taken', 'storage-in-use', 'secret-file-exposed']);
  expect((await refused(...other, '1')).stderr).toContain('(vpcd-unreachable)');
  const mistyped = await refused('card', 'status', '--data', join(folder, 'mistyped'));
  expect(mistyped.stderr).toContain('(card-option-invalid)');
  expect(existsSync(join(folder, 'mistyped'))).toBe(false);
  await vitalseal('card', 'pin', 'set', '--reader', '--new-pin-file', join(folder, 'pin'));
  const wrong = ['card', 'pin', 'change', '--reader', '--pin-file', join(folder, 'wrong'), '--new-pin-file'];
  const { stderr } = await refused(...wrong, join(folder, 'pin'));
  expect(stderr).toBe("vitalseal: expected the card's PIN: 2 more may be tried (pin-refused)\n");
});

test('a phone activates the card that is in the reader, and asks it how things stand', { timeout }, async () => {
  await cardInReader('activated');
  const clinic = await Clinic.open();
  try {
    const { code } = await clinic.invite();
    const phone = [
      '--data',
      join(folder, 'phone'),
      '--card',
      `pcsc:${readerName()}`,
      '--pin-file',
      join(folder, 'pin'),
    ];
    expect((await vitalseal('patient', 'activate', code, ...phone)).stdout).toBe('the card is in service\n');
    const { stdout } = await vitalseal('patient', 'status', '--json', ...phone);
    expect(JSON.parse(stdout)).toMatchObject({ waiting: { readings: 0 }, counts: { acknowledged: 0 } });
  } finally {
    await clinic.close();
  }
});

test('a card that is killed in the middle of VERIFY is gone, and is back when its process is', {
  timeout,
}, async () => {
  const { child } = await cardInReader('killed');
  await vitalseal('card', 'pin', 'set', '--reader', '--new-pin-file', join(folder, 'pin'));
  const card = await openPcscCard({ waitMs: 10_000 });
  try {
    const mha = new MhaClient(exclusively(card));
    await mha.select();
    // That takes the card a tenth of a second at least: it is slow so that nobody guesses the PIN.
    const verified = mha.verify('4711');
    await wait(20);
    await ended(child, 'SIGKILL');
    await expect(verified).rejects.toMatchObject({ code: expect.stringMatching(/^(card-gone|pcsc-unreachable)$/) });
    await cardInReader('killed');
    await backIn(card);
    await mha.select();
    await mha.verify('4711');
  } finally {
    await card.close();
  }
});

async function cardInReader(name: string) {
  const args = ['card', '--pcsc', '--data', join(folder, name), '--port', port];
  const child = spawn(process.execPath, [vitalsealProgram, ...args], { stdio: ['ignore', 'pipe', 'pipe'] });
  processes.add(child);
  let said = '';
  const inserted = Promise.withResolvers<void>();
  const hear = (text: string) => {
    said += text;
    if (said.includes('the card is in')) inserted.resolve();
  };
  child.stdout.setEncoding('utf8').on('data', hear);
  child.stderr.setEncoding('utf8').on('data', hear);
  child.once('exit', () => inserted.reject(new Error(`the card ended: ${said}`)));
  await inserted.promise;
  return { child, output: () => said };
}

async function ended(child: ChildProcess, signal: NodeJS.Signals): Promise<number | null> {
  processes.delete(child);
  if (child.exitCode !== null || child.signalCode !== null) return child.exitCode;
  const exit = new Promise<number | null>((resolve) => child.once('exit', resolve));
  child.kill(signal);
  return await exit;
}

/** Resets until the card is there: the reader needs a moment, and so does a daemon that fell with the card. */
async function backIn(card: PcscCard): Promise<void> {
  const found = () =>
    card.reset().then(
      () => true,
      () => false,
    );
  await expect.poll(found, { timeout: 20_000, interval: 200 }).toBe(true);
}

function readerName(): string {
  return pcscd.readers[0]?.name ?? '';
}

async function vitalseal(...args: string[]) {
  const ran = await whenRun(args);
  expect(ran).toMatchObject({ status: 0, stderr: '' });
  return ran;
}

async function refused(...args: string[]) {
  const ran = await whenRun(args);
  expect(ran).toMatchObject({ status: 2, stdout: '' });
  return ran;
}
