import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Authority, memoryStore } from '@vitalseal/certifying-authority';
import { sha256 } from '@vitalseal/protocol';
import { decodeMhaImage, mhaImageName } from '@vitalseal/uicc/global-platform';
import { afterAll, afterEach, beforeAll, beforeEach, expect, test, vi } from 'vitest';
import { hospitalCommand } from '../../hospital-command.ts';
import { AdministeringHospital } from '../../testing/administering-hospital.ts';
import { TestCard } from '../../testing/test-card.ts';

let hospital: AdministeringHospital;
let text = '';
beforeAll(async () => {
  hospital = await AdministeringHospital.start();
});
afterAll(() => hospital.remove());
beforeEach(() => {
  text = '';
  vi.spyOn(process.stdout, 'write').mockImplementation((chunk) => {
    text += String(chunk);
    return true;
  });
});
afterEach(() => {
  vi.restoreAllMocks();
});

async function card(...args: readonly string[]): Promise<string> {
  text = '';
  const command = hospitalCommand();
  const quiet = (each: typeof command): void => {
    each.exitOverride().configureOutput({ writeErr: () => undefined });
    for (const inner of each.commands) quiet(inner);
  };
  quiet(command);
  const [name = '', ...rest] = args;
  await command.parseAsync(['card', name, '--data', hospital.dataDir, ...rest], { from: 'user' });
  return text;
}

test('from invitation to termination, as a person at the hospital runs it', async () => {
  const code = (
    await card('invite', '--patient', 'p1', '--sensor', 's1', '--policy', 'batchRecords=10', '--code-only')
  ).trim();
  const uicc = await TestCard.activate(code, hospital.url);
  await vi.waitFor(() => uicc.session(), { timeout: 10_000, interval: 200 });
  expect(await card('list')).toMatch(new RegExp(`^${uicc.administrationId} {2}p1 {2}in-service {2}called`));
  await card('policy', '--patient', 'p1', '--set', 'batchRecords=20', '--set', 'placeEverySeconds=0');
  expect(await card('unblock-pin', '--patient', 'p1', '--new-pin')).toMatch(/^PIN {3}\d{6}$/m);
  await card('lock', '--card', uicc.administrationId.toUpperCase());
  await uicc.session();
  const shown = JSON.parse(await card('show', '--patient', 'p1', '--json'));
  expect(shown).toMatchObject({
    stage: 'in-service',
    certificate: 'issued',
    sensors: ['s1'],
    policy: { batchRecords: 20, placeEverySeconds: 0 },
    status: { mha: 'locked' },
  });
  expect(shown.scripts.map(({ state }: { state: string }) => state)).not.toContain('queued');
  expect(await card('show', '--patient', 'p1')).toContain('policy        {"batchRecords":20');
  await expect(card('terminate', '--patient', 'p1')).rejects.toMatchObject({ code: 'invalid-option' });
  await card('terminate', '--patient', 'p1', '--yes');
  await uicc.session();
  expect(JSON.parse(await card('list', '--json'))).toMatchObject([{ stage: 'terminated', patient: 'p1' }]);
  expect(JSON.parse(await card('show', '--card', uicc.administrationId, '--json')).receipt).toMatch(/^bf31/);
});

test('the code is drawn as a QR code for whoever asks, and told to programs as JSON', async () => {
  expect(await card('invite', '--patient', 'p1', '--qr')).toContain('▄');
  expect(await card('invite', '--patient', 'p1')).not.toContain('▄');
  expect(JSON.parse(await card('invite', '--patient', 'p1', '--json'))).toMatchObject({
    patient: 'p1',
    code: expect.stringMatching(/^VS1-/),
  });
});

test('an image is put together, attested, and given with the rules of who may talk to it', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'vitalseal-image-'));
  const [code, image, attested] = ['code', 'image', 'attestation'].map((name) => join(folder, name));
  if (code === undefined || image === undefined || attested === undefined) throw new Error('expected names');
  const invited = (await card('invite', '--patient', 'p1', '--code-only')).trim();
  const uicc = await TestCard.activate(invited, hospital.url);
  const about = ['--card', uicc.administrationId];
  writeFileSync(code, new Uint8Array(40_000));
  await hospitalCommand().parseAsync(['card', 'image', '--code', code, '--set', 'batchRecords=9', '--out', image], {
    from: 'user',
  });
  const bytes = new Uint8Array(readFileSync(image));
  expect(decodeMhaImage(bytes)).toMatchObject({ policy: { batchRecords: 9 } });
  const authority = await Authority.init({ store: memoryStore() });
  const release = { name: mhaImageName, version: '1.0.0', digest: await sha256(bytes) };
  writeFileSync(attested, (await authority.attest(release)).attestation);
  await card('update', ...about, '--image', image, '--attestation', attested);
  await card('access', ...about, '--signer', 'ab'.repeat(32), '--signer', 'cd'.repeat(32));
  const { scripts } = JSON.parse(await card('show', ...about, '--json'));
  expect(scripts.map(({ purpose }: { purpose: string }) => purpose).toSorted()).toEqual(['access', 'update', 'update']);
  const mistakes = [
    ['update', ...about, '--image', code, '--attestation', attested],
    ['update', ...about, '--image', image, '--attestation', image],
    ['update', ...about, '--image', join(folder, 'nowhere'), '--attestation', attested],
  ];
  for (const args of mistakes) await expect(card(...args)).rejects.toMatchObject({ code: 'invalid-option' });
  await expect(card('access', ...about, '--signer', 'ab')).rejects.toMatchObject({ code: 'commander.invalidArgument' });
  rmSync(folder, { recursive: true });
});

test('a mistake is one line with a code', async () => {
  const mistakes: [string[], string][] = [
    [['invite', '--patient', 'nobody'], 'unknown-patient'],
    [['invite', '--patient', 'p1', '--address', 'elsewhere.example:8443'], 'invalid-option'],
    [['invite', '--patient', 'p1', '--address', '8443'], 'commander.invalidArgument'],
    [['invite', '--patient', 'p1', '--valid', '91d'], 'commander.invalidArgument'],
    [['invite', '--patient', 'p1', '--poll', '1'], 'commander.invalidArgument'],
    [['invite', '--patient', 'p1', '--policy', 'batchRecords=9999'], 'invalid-option'],
    [['policy', '--patient', 'p1', '--set', 'colour=3'], 'commander.invalidArgument'],
    [['show'], 'invalid-option'],
    [['show', '--card', 'ffffffffffffffff'], 'unknown-card'],
    [['lock', '--patient', 'p7'], 'unknown-card'],
  ];
  for (const [args, code] of mistakes) await expect(card(...args), args.join(' ')).rejects.toMatchObject({ code });
});

test('a hospital that is no registration authority invites no card', async () => {
  const plain = await AdministeringHospital.start({ registrationAuthority: false });
  const asked = card('invite', '--patient', 'p1', '--data', plain.dataDir);
  await expect(asked).rejects.toMatchObject({ code: 'no-registration-authority' });
  await plain.remove();
});
