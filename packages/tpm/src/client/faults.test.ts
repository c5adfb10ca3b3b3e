import { type Bytes, bytesToHex, concatBytes, randomBytes } from '@vitalseal/protocol';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { getRandom, listHandles } from '../commands/lifecycle.ts';
import { type KeyBlob, loadObject, makePersistent } from '../commands/object.ts';
import { startSession } from '../commands/session.ts';
import { advanceCounter, defineCounter, readCounter, usualCounterIndex } from '../keys/counter.ts';
import { extendOnce } from '../keys/measure.ts';
import { type RootedTpm, startRootedTpm } from '../keys/root.fixture.ts';
import { readPcrs, sealUnderPcr, unsealUnderPcr } from '../keys/sealed-secret.ts';
import { createSigningKey, signWith } from '../keys/signing-key.ts';
import { openStorageRoot, provisionStorageRoot } from '../keys/storage-root.ts';
import { commandCode } from '../structures/command-code.ts';
import { handleRange } from '../structures/constants.ts';
import { u16, u32 } from '../structures/writer.ts';
import { type Interposer, interpose } from '../testing/index.ts';
import { connectTpm } from './connect.ts';
import { TpmLease, withTpm } from './lease.ts';

let tpm: RootedTpm;

beforeEach(async () => {
  tpm = await startRootedTpm();
});

afterEach(() => tpm.stop());

const data = randomBytes(40);
const refusal = (code: number): Bytes => concatBytes(u16(0x8001), u32(10), u32(code));
const codeOf = (command: Bytes): number => new DataView(command.buffer, command.byteOffset).getUint32(6);

describe('a TPM that is not there', () => {
  test('is said to be so, at once', async () => {
    await tpm.kill();
    await expect(connectTpm(tpm.address)).rejects.toMatchObject({ code: 'tpm-unavailable' });
    await expect(connectTpm('/dev/no-such-tpm')).rejects.toMatchObject({ code: 'tpm-unavailable' });
    await expect(connectTpm('a tpm')).rejects.toMatchObject({ code: 'tpm-address-malformed' });
  });

  test('goes in the middle of the work, and is worked with again when it is back', async () => {
    const lease = new TpmLease(tpm.address, (opened) => openStorageRoot(opened, tpm.pinned), { idleMs: 5000 });
    const key = await lease.use((root) => createSigningKey(root));
    await tpm.kill();
    await expect(lease.use((root) => signWith(root, key, data))).rejects.toMatchObject({ code: 'tpm-unavailable' });
    await tpm.restart();
    await expect(lease.use((root) => signWith(root, key, data))).resolves.toHaveLength(64);
    await lease.close();
  });

  test('was restarted between two pieces of work, and nobody notices', async () => {
    const lease = new TpmLease(tpm.address, (opened) => openStorageRoot(opened, tpm.pinned), { idleMs: 5000 });
    const key = await lease.use((root) => createSigningKey(root));
    await tpm.restart();
    await expect(lease.use((root) => signWith(root, key, data))).resolves.toHaveLength(64);
    await lease.close();
  });
});

describe('a TPM that somebody else uses', () => {
  test('is waited for', async () => {
    const first = await connectTpm(tpm.address);
    const second = tpm.withRoot((root) => createSigningKey(root));
    await new Promise((resolve) => setTimeout(resolve, 50));
    await first.close();
    await expect(second).resolves.toBeDefined();
  });

  test('is waited for only so long', async () => {
    const first = await connectTpm(tpm.address);
    await expect(connectTpm(tpm.address, { waitMs: 100 })).rejects.toMatchObject({ code: 'tpm-busy' });
    await first.close();
    await expect(withTpm(tpm.address, async (free) => free.usable)).resolves.toBe(true);
  });

  test('is free for others soon after the last work of a lease', async () => {
    const lease = new TpmLease(tpm.address, (opened) => openStorageRoot(opened, tpm.pinned), { idleMs: 20 });
    await lease.use((root) => createSigningKey(root));
    await expect(tpm.withRoot((root) => createSigningKey(root))).resolves.toBeDefined();
    await lease.close();
  });

  test('is shared between two leases that both have much to do', async () => {
    const leases = [1, 2].map(
      () => new TpmLease(tpm.address, (opened) => openStorageRoot(opened, tpm.pinned), { longestMs: 50 }),
    );
    const key = await tpm.withRoot((root) => createSigningKey(root));
    const work = leases.flatMap((lease) =>
      Array.from({ length: 30 }, () => lease.use((root) => signWith(root, key, data))),
    );
    expect(await Promise.all(work)).toHaveLength(60);
    for (const lease of leases) await lease.close();
  });
});

test('what a program that died has left on the TPM is flushed by the next one', async () => {
  const key = await tpm.withRoot((root) => createSigningKey(root));
  await tpm.withRoot(async ({ tpm: opened, key: root, session }) => {
    await loadObject(opened, root, session.authorize(), key);
    await startSession(opened, 'hmac', root);
    expect(await listHandles(opened, handleRange.loadedSession)).toHaveLength(2);
    // The connection is closed without a word.
  });
  await withTpm(tpm.address, async (next) => {
    for (const range of [handleRange.transient, handleRange.loadedSession, handleRange.savedSession]) {
      expect(await listHandles(next, range)).toEqual([]);
    }
  });
});

describe('a TPM that takes its time', () => {
  test('is given it', async () => {
    const slow = await interpose(tpm.address, async (_, forward) => {
      await new Promise((resolve) => setTimeout(resolve, 30));
      return forward();
    });
    const key = await tpm.withRoot((root) => createSigningKey(root));
    await expect(signThrough(slow, key)).resolves.toHaveLength(64);
    await slow.close();
  });

  test('is not waited for without end, and the connection is not used again', async () => {
    const silent = await interpose(tpm.address, (command, forward) =>
      codeOf(command) === commandCode.GetRandom ? undefined : forward(),
    );
    // Long enough for what it does answer, on a busy machine.
    const opened = await connectTpm(silent.address, { limits: { commandMs: 2000 } });
    await expect(getRandom(opened, 8)).rejects.toMatchObject({ code: 'tpm-timeout' });
    expect(opened.usable).toBe(false);
    await expect(getRandom(opened, 8)).rejects.toMatchObject({ code: 'tpm-timeout' });
    await silent.close();
  });

  test.each([
    ['TPM_RC_RETRY', 0x922],
    ['TPM_RC_TESTING', 0x90a],
    ['TPM_RC_YIELDED', 0x908],
    ['TPM_RC_NV_RATE', 0x920],
  ])('and says %s is asked again, in the same words', async (_, code) => {
    let times = 3;
    const asking = await interpose(tpm.address, (command, forward) =>
      codeOf(command) === commandCode.Sign && times-- > 0 ? refusal(code) : forward(),
    );
    const key = await tpm.withRoot((root) => createSigningKey(root));
    await expect(signThrough(asking, key)).resolves.toHaveLength(64);
    const signs = asking.commands.filter((command) => codeOf(command) === commandCode.Sign);
    expect(signs).toHaveLength(4);
    expect(new Set(signs.map(bytesToHex)).size).toBe(1);
    await asking.close();
  });

  test('and never comes to an end of it is told by the name of its code', async () => {
    const never = await interpose(tpm.address, () => refusal(0x922));
    await expect(connectTpm(never.address, { limits: { retryMs: 50 } })).rejects.toMatchObject({
      code: 'tpm-refused',
      rc: 'TPM_RC_RETRY',
    });
    await never.close();
  });
});

test('a TPM that is locked out says so by name; keys of ours are outside its lockout', async () => {
  const locked = await interpose(tpm.address, (command, forward) =>
    codeOf(command) === commandCode.Sign ? refusal(0x921) : forward(),
  );
  const key = await tpm.withRoot((root) => createSigningKey(root));
  await expect(signThrough(locked, key)).rejects.toMatchObject({ code: 'tpm-refused', rc: 'TPM_RC_LOCKOUT' });
  await locked.close();
  const wrong = randomBytes(32);
  const right = randomBytes(32);
  await tpm.withRoot((root) => defineCounter(root, usualCounterIndex, right));
  await tpm.withRoot((root) => advanceCounter(root, usualCounterIndex, right));
  for (let attempt = 0; attempt < 40; attempt++) {
    await expect(tpm.withRoot((root) => readCounter(root, usualCounterIndex, wrong))).rejects.toMatchObject({
      rc: 'TPM_RC_BAD_AUTH',
    });
  }
  await expect(tpm.withRoot((root) => readCounter(root, usualCounterIndex, right))).resolves.toBeGreaterThan(0n);
});

test('another TPM, or a cleared one, is told by the pinned name', async () => {
  const other = await startRootedTpm();
  try {
    expect(other.pinned).not.toEqual(tpm.pinned);
    await expect(withTpm(other.address, (opened) => openStorageRoot(opened, tpm.pinned))).rejects.toMatchObject({
      code: 'tpm-primary-changed',
    });
    const key = await tpm.withRoot((root) => createSigningKey(root));
    await expect(other.withRoot((root) => signWith(root, key, data))).rejects.toMatchObject({
      code: 'tpm-refused',
      rc: 'TPM_RC_INTEGRITY',
    });
  } finally {
    await other.stop();
  }
});

test('a storage key that was persistent and is gone is made again, with the same name', async () => {
  await withTpm(tpm.address, async (opened) => {
    const root = await openStorageRoot(opened, tpm.pinned);
    await makePersistent(opened, root.key, root.key.handle);
  });
  await tpm.withRoot(async (root) => {
    expect(root.key.handle).toBeLessThan(0x81000000 + 0x1000000);
    expect(root.key.name).toEqual(tpm.pinned);
  });
  expect(await withTpm(tpm.address, (opened) => provisionStorageRoot(opened))).toEqual(tpm.pinned);
});

test('a TPM whose state was rolled back counts from where the copy stands: the counter tells it', async () => {
  const value = randomBytes(32);
  await tpm.withRoot((root) => defineCounter(root, usualCounterIndex, value));
  await tpm.withRoot((root) => advanceCounter(root, usualCounterIndex, value));
  const snapshot = await tpm.snapshotState();
  const before = await tpm.withRoot((root) => advanceCounter(root, usualCounterIndex, value));
  await tpm.restoreState(snapshot);
  expect(await tpm.withRoot((root) => readCounter(root, usualCounterIndex, value))).toBeLessThan(before);
});

test('a register that holds another release refuses this one, and the same one again changes nothing', async () => {
  const release = randomBytes(32);
  const value = await tpm.withRoot((root) => extendOnce(root.tpm, 13, release));
  expect(await tpm.withRoot((root) => extendOnce(root.tpm, 13, release))).toEqual(value);
  await expect(tpm.withRoot((root) => extendOnce(root.tpm, 13, randomBytes(32)))).rejects.toMatchObject({
    code: 'tpm-measured-otherwise',
  });
  for (const register of [0, 7, 16, 23]) {
    await expect(tpm.withRoot((root) => extendOnce(root.tpm, register, release))).rejects.toThrow(RangeError);
  }
});

test('nothing that is secret crosses the bus in clear', async () => {
  const secret = randomBytes(32);
  const value = randomBytes(32);
  const seen: Uint8Array[] = [];
  const tapped = await interpose(tpm.address, async (command, forward) => {
    const response = await forward();
    seen.push(command, response);
    return response;
  });
  await withTpm(tapped.address, async (opened) => {
    const root = await openStorageRoot(opened, tpm.pinned);
    const blob = await sealUnderPcr(root, secret, await readPcrs(root, [13]));
    expect(await unsealUnderPcr(root, blob, [13])).toEqual(secret);
    await defineCounter(root, usualCounterIndex, value);
    await advanceCounter(root, usualCounterIndex, value);
  });
  const bus = Buffer.concat(seen);
  expect(bus.length).toBeGreaterThan(1000);
  expect(bus.includes(Buffer.from(secret))).toBe(false);
  expect(bus.includes(Buffer.from(value))).toBe(false);
  await tapped.close();
});

test('an answer that was changed on its way is not believed', async () => {
  const release = randomBytes(32);
  const secret = randomBytes(32);
  const blob = await tpm.withRoot(async (root) => {
    await extendOnce(root.tpm, 13, release);
    return sealUnderPcr(root, secret, await readPcrs(root, [13]));
  });
  const liar = await interpose(tpm.address, async (command, forward) => {
    const response = await forward();
    if (codeOf(command) === commandCode.Unseal) response[20] = (response[20] ?? 0) ^ 1;
    return response;
  });
  await expect(
    withTpm(liar.address, async (opened) => unsealUnderPcr(await openStorageRoot(opened, tpm.pinned), blob, [13])),
  ).rejects.toMatchObject({ code: 'tpm-hmac-mismatch' });
  await liar.close();
});

function signThrough({ address }: Interposer, key: KeyBlob): Promise<Bytes> {
  return withTpm(address, async (opened) => signWith(await openStorageRoot(opened, tpm.pinned), key, data));
}
