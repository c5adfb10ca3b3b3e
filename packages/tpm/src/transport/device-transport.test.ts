import { randomBytes } from '@vitalseal/protocol';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { withTpm } from '../client/lease.ts';
import { describeTpm } from '../keys/endorsement-key.ts';
import { extendOnce } from '../keys/measure.ts';
import { readPcrs, sealUnderPcr, unsealUnderPcr } from '../keys/sealed-secret.ts';
import { createSigningKey, signWith } from '../keys/signing-key.ts';
import { openStorageRoot, provisionStorageRoot } from '../keys/storage-root.ts';
import { type CharacterDevice, startCharacterDevice } from '../testing/index.ts';
import { openTransport } from './open-transport.ts';

let device: CharacterDevice;

beforeEach(async () => {
  device = await startCharacterDevice();
});

afterEach(() => device.stop());

test('a TPM behind a character device does what one behind a socket does', async () => {
  const secret = randomBytes(32);
  const pinned = await withTpm(device.address, (tpm) => provisionStorageRoot(tpm));
  const sealed = await withTpm(device.address, async (tpm) => {
    const root = await openStorageRoot(tpm, pinned);
    await extendOnce(tpm, 13, randomBytes(32));
    return sealUnderPcr(root, secret, await readPcrs(root, [13]));
  });
  await withTpm(device.address, async (tpm) => {
    const root = await openStorageRoot(tpm, pinned);
    expect(await unsealUnderPcr(root, sealed, [13])).toEqual(secret);
    expect(await signWith(root, await createSigningKey(root), secret)).toHaveLength(64);
  });
});

test('a device that does not answer is not waited for without end', async () => {
  const pinned = await withTpm(device.address, (tpm) => provisionStorageRoot(tpm));
  await device.stop();
  const connecting = withTpm(device.address, (tpm) => openStorageRoot(tpm, pinned), { waitMs: 300 });
  await expect(connecting).rejects.toMatchObject({ code: expect.stringMatching(/^tpm-(busy|unavailable)$/) });
});

test('a device that hangs is not opened again before the kernel has given its command up', async () => {
  const { address } = device;
  const { manufacturer } = await withTpm(address, describeTpm);
  device.pause();
  const hanging = withTpm(address, describeTpm, { waitMs: 300, limits: { commandMs: 300 } });
  await expect(hanging).rejects.toMatchObject({ code: 'tpm-busy' });
  // Nothing is even asked: the first command still has its thread.
  for (let attempt = 0; attempt < 5; attempt++) {
    await expect(openTransport(address, 10)).rejects.toMatchObject({ code: 'tpm-busy' });
  }
  device.resume();
  expect((await withTpm(address, describeTpm, { waitMs: 10_000 })).manufacturer).toBe(manufacturer);
});
