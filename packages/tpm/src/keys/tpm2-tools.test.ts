// What tpm2-tools say of the hospital's keys: the claims of SECURITY.md, checked by somebody else's program.
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type Bytes, bytesToHex, concatBytes, randomBytes, sha256 } from '@vitalseal/protocol';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { withTpm } from '../client/lease.ts';
import type { KeyBlob } from '../commands/object.ts';
import { sized, u16 } from '../structures/writer.ts';
import { tpm2 } from '../testing/tpm2-tools.ts';
import { createAttestationKey, quote } from './attestation-key.ts';
import { defineCounter, usualCounterIndex } from './counter.ts';
import { endorsementFingerprint, readEndorsementKey } from './endorsement-key.ts';
import { spkiOf } from './key-blob.ts';
import { extendOnce } from './measure.ts';
import { extendedOnce } from './pcr-policy.ts';
import { type RootedTpm, startRootedTpm } from './root.fixture.ts';
import { readPcrs, sealUnderPcr } from './sealed-secret.ts';
import { createSigningKey, signWith } from './signing-key.ts';

let tpm: RootedTpm;
let folder: string;
const release = randomBytes(32);

beforeAll(async () => {
  tpm = await startRootedTpm({ tcp: true });
  folder = mkdtempSync(join(tmpdir(), 'vitalseal-tpm2-'));
  await tpm.withRoot((root) => extendOnce(root.tpm, 13, release));
});

afterAll(async () => {
  await tpm.stop();
  rmSync(folder, { recursive: true });
});

const tool = (name: string, ...options: readonly string[]) => tpm2(tpm.tcpPort ?? 0, folder, name, ...options);

function pem(spki: Bytes): string {
  return `-----BEGIN PUBLIC KEY-----\n${Buffer.from(spki).toString('base64')}\n-----END PUBLIC KEY-----\n`;
}

/** As tpm2_load takes them, and what it then says of the key. */
async function loaded(name: string, blob: KeyBlob): Promise<string> {
  writeFileSync(join(folder, `${name}.pub`), sized(blob.publicPart));
  writeFileSync(join(folder, `${name}.priv`), sized(blob.privatePart));
  await tool('flushcontext', '--transient-object');
  await tool('load', '-C', '0x81000001', '-u', `${name}.pub`, '-r', `${name}.priv`, '-c', `${name}.ctx`);
  return tool('readpublic', '-c', `${name}.ctx`);
}

function attributesOf(text: string): string[] {
  const [, attributes = ''] = /attributes:\n\s+value: (\S+)/.exec(text) ?? [];
  return attributes.split('|').toSorted();
}

test('identity keys never leave the TPM, and were made in it', async () => {
  const text = await loaded('identity', await tpm.withRoot((root) => createSigningKey(root)));
  const never = ['fixedparent', 'fixedtpm', 'sensitivedataorigin'];
  expect(attributesOf(text)).toEqual([...never, 'noda', 'sign', 'userwithauth'].toSorted());
  expect(text).toContain('NIST p256');
});

test('the attestation key is restricted beside that, and the storage root key too', async () => {
  const text = await loaded('attestation', await tpm.withRoot((root) => createAttestationKey(root)));
  const never = ['fixedparent', 'fixedtpm', 'sensitivedataorigin', 'noda', 'userwithauth', 'restricted'];
  expect(attributesOf(text)).toEqual([...never, 'sign'].toSorted());
  expect(attributesOf(await tool('readpublic', '-c', '0x81000001'))).toEqual([...never, 'decrypt'].toSorted());
});

test('the wrapping key is released by its policy alone, in this TPM alone', async () => {
  const values = await tpm.withRoot((root) => readPcrs(root, [13]));
  const blob = await tpm.withRoot((root) => sealUnderPcr(root, randomBytes(32), values));
  const text = await loaded('sealed', blob);
  expect(attributesOf(text)).toEqual(['fixedparent', 'fixedtpm', 'noda']);
  // The policy that the tool computes for these registers is the one that the object has.
  const policy = await tool('createpolicy', '--policy-pcr', '-l', 'sha256:13', '-L', 'policy.bin');
  expect(text).toContain(`authorization policy: ${policy.trim()}`);
  expect(values.get(13)).toEqual(extendedOnce(release));
});

test('a quote is checked, and one with another nonce is not', async () => {
  const key = await tpm.withRoot((root) => createAttestationKey(root));
  const nonce = randomBytes(32);
  const { attest, signature } = await tpm.withRoot((root) => quote(root, key, nonce, [13]));
  writeFileSync(join(folder, 'ak.pem'), pem(spkiOf(key)));
  writeFileSync(join(folder, 'quote'), attest);
  const r = sized(signature.slice(0, 32));
  const s = sized(signature.slice(32));
  writeFileSync(join(folder, 'quote.sig'), concatBytes(u16(0x0018), u16(0x000b), r, s));
  const options = ['-u', 'ak.pem', '-m', 'quote', '-s', 'quote.sig', '-g', 'sha256'];
  await tool('checkquote', ...options, '-q', bytesToHex(nonce));
  const printed = await tool('print', '-t', 'TPMS_ATTEST', 'quote');
  expect(printed).toContain(`extraData: ${bytesToHex(nonce)}`);
  expect(printed).toContain(`pcrDigest: ${bytesToHex(await sha256(extendedOnce(release)))}`);
  await expect(tool('checkquote', ...options, '-q', bytesToHex(randomBytes(32)))).rejects.toThrow();
});

test('a signature of an identity key is verified', async () => {
  const key = await tpm.withRoot((root) => createSigningKey(root));
  const data = randomBytes(100);
  const signature = await tpm.withRoot((root) => signWith(root, key, data));
  await loaded('signer', key);
  writeFileSync(join(folder, 'data'), data);
  writeFileSync(
    join(folder, 'signature'),
    concatBytes(u16(0x0018), u16(0x000b), sized(signature.slice(0, 32)), sized(signature.slice(32))),
  );
  await tool('verifysignature', '-c', 'signer.ctx', '-g', 'sha256', '-m', 'data', '-s', 'signature', '-t', 'ticket');
  expect(readFileSync(join(folder, 'ticket')).length).toBeGreaterThan(0);
});

test('the endorsement key is that of the template that makers certify', async () => {
  await tool('flushcontext', '--transient-object');
  await tool('flushcontext', '--loaded-session');
  await tool('createek', '-G', 'ecc', '-c', 'ek.ctx', '-u', 'ek.pub');
  const theirs = new Uint8Array(readFileSync(join(folder, 'ek.pub'))).slice(2);
  await tool('flushcontext', '--transient-object');
  const ours = await withTpm(tpm.address, (opened) => readEndorsementKey(opened));
  expect(bytesToHex(ours)).toBe(bytesToHex(theirs));
  expect(await endorsementFingerprint(ours)).toEqual(await sha256(theirs));
});

test('the counter is one that only counts up', async () => {
  await tpm.withRoot((root) => defineCounter(root, usualCounterIndex, randomBytes(32)));
  const text = await tool('nvreadpublic', `0x${usualCounterIndex.toString(16)}`);
  expect(text).toMatch(/friendly: authwrite\|nt=0x1\|authread\|no_da/);
});
