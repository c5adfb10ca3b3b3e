import { createPublicKey, verify } from 'node:crypto';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { sha256 } from '@vitalseal/protocol';
import { usualReleaseRegister } from '@vitalseal/tpm';
import { type Swtpm, startSwtpm } from '@vitalseal/tpm/testing';
import { afterEach, beforeEach, expect, onTestFinished, test } from 'vitest';
import { newWrappingKey, type SigningKey } from '../key-store.ts';
import { manageResources } from './resource-manager.fixture.ts';
import { TpmKeyStore, type TpmPlace } from './tpm-key-store.ts';

const text = (words: string) => new TextEncoder().encode(words);
const pcrExtend = 0x182;
const release = async () => sha256(text('this release'));
const nextRelease = async () => sha256(text('the next release'));

let tpm: Swtpm;
let dataDir: string;
let place: TpmPlace;

beforeEach(async () => {
  tpm = await startSwtpm();
  dataDir = mkdtempSync(join(tmpdir(), 'vitalseal-keys-'));
  place = { kind: 'tpm', address: tpm.address, pcr: usualReleaseRegister };
});
afterEach(async () => {
  await tpm.stop();
  rmSync(dataDir, { recursive: true });
});

const create = (measure = release) => TpmKeyStore.create(dataDir, place, { measure });
const open = (measure = release) => TpmKeyStore.open(dataDir, place, { measure });
const secretsOf = async (store: TpmKeyStore) =>
  (await store.wrappingKeys()).map(({ version, key }) => [version, key.export().toString('hex')]);

async function signs({ spki, sign }: SigningKey): Promise<boolean> {
  const data = text('to be signed');
  const key = createPublicKey({ key: Buffer.from(spki), format: 'der', type: 'spki' });
  return verify('sha256', data, { key, dsaEncoding: 'ieee-p1363' }, await sign(data));
}

test('keys made in the TPM serve whoever opens them later, after the machine was started anew as well', async () => {
  const made = await create();
  const identity = await made.nextIdentityKey(new Uint8Array());
  const secrets = await secretsOf(made);
  await tpm.restart();
  const opened = open();
  expect(await signs(opened.identityKey(identity.spki))).toBe(true);
  expect(await signs(opened.auditKey)).toBe(true);
  expect(await secretsOf(opened)).toEqual(secrets);
});

test('the wrapping key is released to the measured release alone, and to the next one once it is sealed for it', async () => {
  const made = await create();
  const secrets = await secretsOf(made);
  await tpm.restart();
  await expect(open(nextRelease).wrappingKeys()).rejects.toMatchObject({ code: 'keys-other-release' });
  await tpm.restart();
  await open().sealFor(await nextRelease());
  // The register holds the release that ran: the machine must be started anew between them.
  await expect(open(nextRelease).wrappingKeys()).rejects.toMatchObject({
    code: 'keys-unavailable',
    cause: { code: 'tpm-measured-otherwise' },
  });
  await tpm.restart();
  expect(await secretsOf(open(nextRelease))).toEqual(secrets);
});

test('a newer wrapping key stands before the older one, for the next release as well', async () => {
  const made = await create();
  await made.sealFor(await nextRelease());
  await made.addWrappingKey(newWrappingKey(await made.wrappingKeys()));
  const secrets = await secretsOf(made);
  expect(secrets.map(([version]) => version)).toEqual([2, 1]);
  await tpm.restart();
  expect(await secretsOf(open(nextRelease))).toEqual(secrets);
});

test('what was replaced while the TPM is away is taken over when it is back; until then the keys of before serve', async () => {
  const made = await create();
  const serving = open();
  const before = await secretsOf(serving);
  await made.addWrappingKey(newWrappingKey(await made.wrappingKeys()));
  await tpm.kill();
  await expect(serving.refresh()).rejects.toMatchObject({ code: 'keys-unavailable' });
  expect(await secretsOf(serving)).toEqual(before);
  await tpm.restart();
  await serving.refresh();
  expect(await secretsOf(serving)).toEqual(await secretsOf(made));
});

test('two stores work on one TPM at the same time', async () => {
  const made = await create();
  const beside = open();
  const both = Array.from({ length: 6 }, (_, index) => signs(index % 2 === 0 ? made.auditKey : beside.auditKey));
  expect(await Promise.all(both)).toEqual(Array.from({ length: 6 }, () => true));
  const counted = [await made.counter.advance(), await beside.counter.advance(), await made.counter.read()];
  expect(counted[1]).toBe((counted[0] ?? 0n) + 1n);
  expect(counted[2]).toBe(counted[1]);
});

test('two programs that start at once measure the release once', async () => {
  await (await create()).close();
  await tpm.restart();
  const pcrRead = 0x17e;
  const bothHaveRead = Promise.withResolvers<void>();
  let read = 0;
  // As long as the second one may take to come, if nothing keeps it.
  setTimeout(bothHaveRead.resolve, 500);
  const manager = await manageResources(tpm.address, async (code) => {
    if (code === pcrExtend) await bothHaveRead.promise;
    if (code === pcrRead && ++read === 2) setTimeout(bothHaveRead.resolve, 50);
  });
  onTestFinished(() => manager.close());
  const through = () => TpmKeyStore.open(dataDir, { ...place, address: manager.address }, { measure: release });
  const stores = [through(), through()];
  for (const keys of await Promise.all(stores.map((store) => store.wrappingKeys()))) expect(keys).toHaveLength(1);
  for (const store of stores) await store.close();
});
