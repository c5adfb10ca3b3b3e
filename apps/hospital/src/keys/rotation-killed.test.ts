// A rotation that is killed before or after any of its writes leaves a hospital that opens all its data, whose shares bring
// all of it back; and the same command again comes to the end of it.
import { spawn } from 'node:child_process';
import { cpSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { bytesToHex } from '@vitalseal/protocol';
import { usualReleaseRegister } from '@vitalseal/tpm';
import { startSwtpm } from '@vitalseal/tpm/testing';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { openStore } from '../store/open-store.ts';
import { type EstAuthority, startEstAuthority } from '../testing/est-authority.ts';
import { enrolHospital } from './enrol-hospital.ts';
import type { KeyPlace } from './key-place.ts';
import { keysTakenSetting } from './live-keys.ts';
import { parseRecoveryRecord, readRecoveryRecord, writeRecoveryRecord } from './recovery/recovery-record.ts';
import { recover, splitRecovery } from './recovery/split.ts';
import { openRotation, release, rotations } from './rotations.fixture.ts';

const identity = { role: 'hospital', id: 'h1' } as const;
const serverNames = ['localhost'];
const name = 'Anna Berg';
/** More writes than any rotation has. */
const manyWrites = 20;

describe.each(['software', 'tpm'] as const)('with keys in %s', (kind) => {
  const closing: (() => Promise<void> | void)[] = [];
  let ca: EstAuthority;
  let whole: string;
  let shares: readonly string[];
  let before: { readonly identity: string; readonly audit: string; readonly wrapping: string };

  beforeAll(async () => {
    ca = await startEstAuthority();
    closing.push(() => ca.close());
    whole = folder();
    let place: KeyPlace = { kind: 'software' };
    if (kind === 'tpm') {
      const emulator = await startSwtpm();
      closing.push(() => emulator.stop());
      place = { kind, address: emulator.address, pcr: usualReleaseRegister };
    }
    const { code } = await ca.authority.invite({ identity, serverNames });
    const { rootFingerprint } = ca.authority;
    const enrolment = { dataDir: whole, authorityUrl: ca.url, rootFingerprint, identity, code, serverNames };
    await enrolHospital({ ...enrolment, keys: place, tpm: release });
    const { rotation, close } = await openRotation(whole);
    await rotation.store.patients.admit({ identity: 'p1', name, bed: '', policy: null, at: 1 });
    // Nobody serves: nobody is waited for.
    await rotation.store.settings.set(keysTakenSetting, '1000');
    const split = await splitRecovery(await rotation.keyStore.wrappingKeys(), { need: 2, of: 3 });
    writeRecoveryRecord(whole, split.record);
    shares = split.shares;
    before = await standing(whole);
    await close();
  });
  afterAll(async () => {
    for (const close of closing.splice(0).reverse()) await close();
  });

  function folder(): string {
    const made = mkdtempSync(join(tmpdir(), 'vitalseal-killed-'));
    closing.push(() => rmSync(made, { recursive: true }));
    return made;
  }

  /** Opens all of it, and says which keys it has. */
  async function standing(dataDir: string) {
    const { rotation, close } = await openRotation(dataDir);
    expect((await rotation.store.patients.all()).map((patient) => patient.name)).toEqual([name]);
    const [wrapping] = await rotation.keyStore.wrappingKeys();
    const { identityKey } = rotation.keys;
    await identityKey.sign(new Uint8Array(1));
    const found = {
      identity: bytesToHex(identityKey.spki),
      audit: bytesToHex(rotation.keyStore.auditKey.spki),
      wrapping: wrapping?.key.export().toString('hex') ?? '',
      listener: rotation.keys.tls.cert,
    };
    await close();
    return found;
  }

  async function comesBackByShares(dataDir: string): Promise<void> {
    const record = parseRecoveryRecord(readRecoveryRecord(dataDir) ?? '');
    // A patient who comes now is sealed under the newest key there is.
    const { rotation, close } = await openRotation(dataDir);
    await rotation.store.patients.admit({ identity: 'p2', name: 'Bo', bed: '', policy: null, at: 2 });
    await close();
    const copy = folder();
    cpSync(dataDir, copy, { recursive: true });
    const store = await openStore({ dataDir: copy, wrappingKeys: await recover(record, shares.slice(1)) });
    expect((await store.patients.all()).map((patient) => patient.name)).toEqual([name, 'Bo']);
    await store.close();
    const again = await openRotation(dataDir);
    await again.rotation.store.database.deleteFrom('patients').where('identity', '!=', 'p1').execute();
    await again.close();
  }

  test.each(Object.keys(rotations))(
    '%s',
    async (key) => {
      for (let write = 1; write < manyWrites; write++) {
        for (const when of ['before', 'after']) {
          const dataDir = folder();
          cpSync(whole, dataDir, { recursive: true });
          const killed = await rotateAndDie(dataDir, key, write, when);
          await standing(dataDir);
          await comesBackByShares(dataDir);
          const { rotation, close } = await openRotation(dataDir);
          await rotations[key]?.(rotation);
          await close();
          const after = await standing(dataDir);
          if (key !== 'listener') expect(after).not.toMatchObject({ [key]: before[key as keyof typeof before] });
          await comesBackByShares(dataDir);
          if (!killed) return;
        }
      }
    },
    120_000,
  );
});

/** @returns false if it came to its end before that write */
async function rotateAndDie(dataDir: string, key: string, write: number, when: string): Promise<boolean> {
  const script = new URL('./rotate-and-die.fixture.ts', import.meta.url).pathname;
  const child = spawn(process.execPath, [script, dataDir, key, String(write), when], { stdio: 'inherit' });
  const ended = Promise.withResolvers<boolean>();
  child.once('exit', (code, signal) => {
    if (code === 0 || signal === 'SIGKILL') ended.resolve(code !== 0);
    else ended.reject(new Error('expected the rotation to end, or to be killed'));
  });
  return ended.promise;
}
