import { createHash, createPublicKey, randomBytes, verify } from 'node:crypto';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { advanceCounter, defineCounter, readCounter, removeCounter, usualCounterIndex } from './counter.ts';
import { decodeKeyBlob, encodeKeyBlob, spkiOf } from './key-blob.ts';
import { extendOnce } from './measure.ts';
import { type RootedTpm, startRootedTpm } from './root.fixture.ts';
import { readPcrs, sealUnderPcr, unsealUnderPcr } from './sealed-secret.ts';
import { createSigningKey, signWith } from './signing-key.ts';

let tpm: RootedTpm;

beforeAll(async () => {
  tpm = await startRootedTpm();
});

afterAll(() => tpm.stop());

test('a key made in the TPM signs ES256, from a file, after the TPM was restarted', async () => {
  const file = encodeKeyBlob(await tpm.withRoot((root) => createSigningKey(root)));
  await tpm.restart();
  const blob = decodeKeyBlob(file);
  const data = new TextEncoder().encode('what the hospital says');
  const signature = await tpm.withRoot((root) => signWith(root, blob, data));
  const key = createPublicKey({ key: Buffer.from(spkiOf(blob)), format: 'der', type: 'spki' });
  expect(signature).toHaveLength(64);
  expect(verify('sha256', data, { key, dsaEncoding: 'ieee-p1363' }, signature)).toBe(true);
});

test('a secret sealed under a register is released while it holds that value, and not after', async () => {
  const secret = new Uint8Array(randomBytes(32));
  const digest = new Uint8Array(createHash('sha256').update('a release').digest());
  await tpm.withRoot((root) => extendOnce(root.tpm, 12, digest));
  const blob = await tpm.withRoot(async (root) => sealUnderPcr(root, secret, await readPcrs(root, [12])));
  expect(await tpm.withRoot((root) => unsealUnderPcr(root, blob, [12]))).toEqual(secret);
  await tpm.restart();
  await expect(tpm.withRoot((root) => unsealUnderPcr(root, blob, [12]))).rejects.toMatchObject({
    code: 'tpm-refused',
    rc: 'TPM_RC_POLICY_FAIL',
  });
});

test('a counter only goes up', async () => {
  const value = new Uint8Array(randomBytes(32));
  await tpm.withRoot((root) => defineCounter(root, usualCounterIndex, value));
  expect(await tpm.withRoot((root) => readCounter(root, usualCounterIndex, value))).toBe(0n);
  const first = await tpm.withRoot((root) => advanceCounter(root, usualCounterIndex, value));
  expect(await tpm.withRoot((root) => advanceCounter(root, usualCounterIndex, value))).toBe(first + 1n);
  await tpm.withRoot((root) => removeCounter(root, usualCounterIndex));
  await tpm.withRoot((root) => defineCounter(root, usualCounterIndex, value));
  expect(await tpm.withRoot((root) => advanceCounter(root, usualCounterIndex, value))).toBeGreaterThan(first + 1n);
});
