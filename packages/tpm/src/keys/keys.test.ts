import { createHash, createPublicKey, randomBytes, verify } from 'node:crypto';
import { afterAll, beforeAll, expect, onTestFinished, test } from 'vitest';
import { withTpm } from '../client/lease.ts';
import { commandCode } from '../structures/command-code.ts';
import { interpose } from '../testing/interposer.ts';
import { advanceCounter, defineCounter, readCounter, removeCounter, usualCounterIndex } from './counter.ts';
import { decodeKeyBlob, encodeKeyBlob, spkiOf } from './key-blob.ts';
import { extendOnce } from './measure.ts';
import { type RootedTpm, startRootedTpm } from './root.fixture.ts';
import { readPcrs, sealUnderPcr, unsealUnderPcr } from './sealed-secret.ts';
import { createSigningKey, signWith } from './signing-key.ts';
import { openStorageRoot } from './storage-root.ts';

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
  await expect(tpm.withRoot((root) => readCounter(root, usualCounterIndex, value))).rejects.toMatchObject({
    rc: 'TPM_RC_NV_UNINITIALIZED',
  });
  const first = await tpm.withRoot((root) => advanceCounter(root, usualCounterIndex, value));
  expect(await tpm.withRoot((root) => advanceCounter(root, usualCounterIndex, value))).toBe(first + 1n);
  await tpm.withRoot((root) => removeCounter(root, usualCounterIndex));
  await tpm.withRoot((root) => defineCounter(root, usualCounterIndex, value));
  expect(await tpm.withRoot((root) => advanceCounter(root, usualCounterIndex, value))).toBeGreaterThan(first + 1n);
});

test('whoever says on the way that a counter was never used does not set it to nothing', async () => {
  const index = usualCounterIndex + 1;
  const value = new Uint8Array(randomBytes(32));
  await tpm.withRoot(async (root) => {
    await defineCounter(root, index, value);
    await advanceCounter(root, index, value);
  });
  const liar = await interpose(tpm.address, async (command, forward) => {
    const response = await forward();
    const isReadPublic = new DataView(command.buffer).getUint32(6) === commandCode.NV_ReadPublic;
    // TPMA_NV_WRITTEN, behind header, size, index and name algorithm.
    if (isReadPublic) response[18] = (response[18] ?? 0) & ~0x20;
    return response;
  });
  onTestFinished(() => liar.close());
  const reading = withTpm(liar.address, async (opened) =>
    readCounter(await openStorageRoot(opened, tpm.pinned), index, value),
  );
  await expect(reading).rejects.toMatchObject({ rc: 'TPM_RC_BAD_AUTH' });
});
