// A terminal that is not ours: Debian's opensc-tool finds the software card through pcscd, selects the MHA and verifies
// the PIN; three wrong tries block it.

import { execFile } from 'node:child_process';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { type OwnPcscd, startPcscd } from '@vitalseal/uicc/node';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { cardCommand } from './card-command.ts';
import { presentSoftwareCard } from './present.ts';

let folder: string;
let pcscd: OwnPcscd;
const stopped = Promise.withResolvers<void>();
let presentation: Promise<void>;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'vitalseal-opensc-'));
  pcscd = await startPcscd();
  process.env.PCSCLITE_CSOCK_NAME = pcscd.socketPath;
  await writeFile(join(folder, 'pin'), '471147', { mode: 0o600 });
  const inserted = Promise.withResolvers<void>();
  presentation = presentSoftwareCard(
    {
      folder: join(folder, 'card'),
      port: pcscd.readers[0]?.port ?? 0,
      elapsed: () => performance.now(),
      say: () => inserted.resolve(),
    },
    stopped.promise,
  );
  await Promise.race([inserted.promise, presentation]);
});

afterAll(async () => {
  stopped.resolve();
  await presentation;
  await pcscd.stop();
  delete process.env.PCSCLITE_CSOCK_NAME;
  await rm(folder, { recursive: true });
});

const selectMha = '00 A4 04 00 0B F0 56 49 54 41 4C 53 45 41 4C 01 00';
const verify = (pin: string) => `00 20 00 01 08 ${Buffer.from(pin).toString('hex').padEnd(16, 'F')}`;
const triesLeft = '00 20 00 01';

test('opensc-tool reads the answer to reset', async () => {
  const { stdout } = await promisify(execFile)('opensc-tool', ['--reader', '0', '--atr']);
  expect(stdout.trim()).toMatch(/^3b(:[0-9a-f]{2})+$/);
});

test('a fresh card has no PIN, and gets its first one by the command line', async () => {
  expect(await sw(selectMha, triesLeft)).toEqual(['9000', '6984']);
  await command('pin', 'set', '--reader', '--new-pin-file', join(folder, 'pin'));
  expect(await sw(selectMha, triesLeft)).toEqual(['9000', '63C3']);
});

test('the MHA is selected and the PIN verified', async () => {
  expect(await sw(selectMha, verify('471147'))).toEqual(['9000', '9000']);
});

test('the next program finds the card as after a reset', async () => {
  expect(await sw(selectMha, verify('471147'), triesLeft)).toEqual(['9000', '9000', '9000']);
  expect(await sw(selectMha, triesLeft)).toEqual(['9000', '63C3']);
});

test('three wrong tries block the PIN, and the right one does not count any more', async () => {
  const wrong = verify('0000');
  expect(await sw(selectMha, wrong, wrong, wrong)).toEqual(['9000', '63C2', '63C1', '63C0']);
  expect(await sw(selectMha, verify('471147'))).toEqual(['9000', '6983']);
});

/** Status words of the commands, sent in one session of opensc-tool. */
async function sw(...apdus: string[]): Promise<string[]> {
  const sending = apdus.flatMap((apdu) => ['--send-apdu', apdu]);
  const { stdout } = await promisify(execFile)('opensc-tool', [
    '--reader',
    '0',
    '--card-driver',
    'default',
    ...sending,
  ]);
  return [...stdout.matchAll(/SW1=0x(..), SW2=0x(..)/g)].map(([, sw1, sw2]) => `${sw1}${sw2}`);
}

async function command(...args: string[]): Promise<void> {
  await cardCommand().parseAsync(args, { from: 'user' });
}
