import { createHash, createPublicKey, randomBytes, verify } from 'node:crypto';
import { afterAll, beforeAll, expect, test } from 'vitest';
import {
  advanceCounter,
  createSigningKey,
  decodeKeyBlob,
  defineCounter,
  encodeKeyBlob,
  extendOnce,
  openStorageRoot,
  provisionStorageRoot,
  readCounter,
  readPcrs,
  removeCounter,
  type StorageRoot,
  sealUnderPcr,
  signWith,
  spkiOf,
  unsealUnderPcr,
  usualCounterIndex,
  withTpm,
} from '../index.ts';
import { type Swtpm, startSwtpm } from '../testing/index.ts';

let emulator: Swtpm;
let pinned: Uint8Array<ArrayBuffer>;

beforeAll(async () => {
  emulator = await startSwtpm();
  pinned = await withTpm(emulator.address, (tpm) => provisionStorageRoot(tpm));
});

afterAll(() => emulator.stop());

function withRoot<T>(work: (root: StorageRoot) => Promise<T>): Promise<T> {
  return withTpm(emulator.address, async (tpm) => work(await openStorageRoot(tpm, pinned)));
}

test('a key made in the TPM signs ES256, from a file, after the TPM was restarted', async () => {
  const file = encodeKeyBlob(await withRoot((root) => createSigningKey(root)));
  await emulator.restart();
  const blob = decodeKeyBlob(file);
  const data = new TextEncoder().encode('what the hospital says');
  const signature = await withRoot((root) => signWith(root, blob, data));
  const key = createPublicKey({ key: Buffer.from(spkiOf(blob)), format: 'der', type: 'spki' });
  expect(signature).toHaveLength(64);
  expect(verify('sha256', data, { key, dsaEncoding: 'ieee-p1363' }, signature)).toBe(true);
});

test('a secret sealed under a register is released while it holds that value, and not after', async () => {
  const secret = new Uint8Array(randomBytes(32));
  const digest = new Uint8Array(createHash('sha256').update('a release').digest());
  await withRoot((root) => extendOnce(root.tpm, 12, digest));
  const blob = await withRoot(async (root) => sealUnderPcr(root, secret, await readPcrs(root, [12])));
  expect(await withRoot((root) => unsealUnderPcr(root, blob, [12]))).toEqual(secret);
  await emulator.restart();
  await expect(withRoot((root) => unsealUnderPcr(root, blob, [12]))).rejects.toMatchObject({
    code: 'tpm-refused',
    rc: 'TPM_RC_POLICY_FAIL',
  });
});

test('a counter only goes up', async () => {
  const value = new Uint8Array(randomBytes(32));
  await withRoot((root) => defineCounter(root, usualCounterIndex, value));
  expect(await withRoot((root) => readCounter(root, usualCounterIndex, value))).toBe(0n);
  const first = await withRoot((root) => advanceCounter(root, usualCounterIndex, value));
  expect(await withRoot((root) => advanceCounter(root, usualCounterIndex, value))).toBe(first + 1n);
  await withRoot((root) => removeCounter(root, usualCounterIndex));
  await withRoot((root) => defineCounter(root, usualCounterIndex, value));
  expect(await withRoot((root) => advanceCounter(root, usualCounterIndex, value))).toBeGreaterThan(first + 1n);
});
