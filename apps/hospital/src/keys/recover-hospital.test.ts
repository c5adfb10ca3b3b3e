// The rehearsal: the TPM is lost, with all that was in it; or an update was made that it releases nothing to.
import { mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { encodePem } from '@vitalseal/certifying-authority';
import { sha256 } from '@vitalseal/protocol';
import { usualReleaseRegister } from '@vitalseal/tpm';
import { type Swtpm, startSwtpm } from '@vitalseal/tpm/testing';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { type Hospital, startHospital } from '../hospital.ts';
import { openStoreWith } from '../store/open-hospital-store.ts';
import { type EstAuthority, startEstAuthority } from '../testing/est-authority.ts';
import { TestPatient } from '../testing/test-patient.ts';
import { type EnrolHospitalOptions, enrolHospital } from './enrol-hospital.ts';
import { openKeyStore } from './open-key-store.ts';
import { readHospitalKeys } from './read-hospital-keys.ts';
import { recoverHospital, resealRecovered } from './recover-hospital.ts';
import { parseRecoveryRecord, readRecoveryRecord, writeRecoveryRecord } from './recovery/recovery-record.ts';
import { recover, splitRecovery } from './recovery/split.ts';
import { rotateWrapping } from './rotate.ts';
import { openRotation } from './rotations.fixture.ts';

const identity = { role: 'hospital', id: 'h1' } as const;
const serverNames = ['localhost', '127.0.0.1'];
const release = { measure: async () => sha256(new TextEncoder().encode('the release')) };
const nextRelease = { measure: async () => sha256(new TextEncoder().encode('the next release')) };

const closing: (() => Promise<unknown> | unknown)[] = [];
let emulator: Swtpm;
let ca: EstAuthority;
let dataDir: string;
let hospital: Hospital;
let patient: TestPatient;
let shares: readonly string[];

beforeEach(async () => {
  emulator = await startSwtpm();
  closing.push(() => emulator.stop());
  ca = await startEstAuthority();
  closing.push(() => ca.close());
  dataDir = mkdtempSync(join(tmpdir(), 'vitalseal-recovery-'));
  closing.push(() => rmSync(dataDir, { recursive: true }));
  await enrolHospital({ ...(await enrolment(emulator)), tpm: release });
  await inStore(release, async (store) => {
    await store.patients.admit({ identity: 'p1', name: 'Anna Berg', bed: '12', policy: null, at: 1 });
  });
  const keyStore = await openKeyStore(dataDir, release);
  const split = await splitRecovery(await keyStore.wrappingKeys(), { need: 3, of: 5 });
  writeRecoveryRecord(dataDir, split.record);
  shares = split.shares;
  await serve(release);
  const root = ca.authority.rootCertificate;
  patient = new TestPatient({
    url: hospital.devicesUrl,
    identity: { role: 'patient', id: 'p1' },
    hospital: identity,
    credential: await ca.enrol({ role: 'patient', id: 'p1' }),
    root,
    rootPem: encodePem('CERTIFICATE', root),
  });
  closing.push(() => patient.close());
  await patient.agree();
  for (const sequence of [1, 2, 3]) await patient.send([await patient.sealReading(sequence)]);
}, 30_000);
afterEach(async () => {
  await hospital.stop();
  for (const close of closing.splice(0).reverse()) await close();
});

async function enrolment({ address }: Swtpm): Promise<EnrolHospitalOptions> {
  const { code } = await ca.authority.invite({ identity, serverNames });
  const { rootFingerprint } = ca.authority;
  const keys = { kind: 'tpm', address, pcr: usualReleaseRegister } as const;
  return { dataDir, authorityUrl: ca.url, rootFingerprint, identity, code, serverNames, keys };
}

async function inStore<Result>(
  measured: typeof release,
  work: (store: Awaited<ReturnType<typeof openStoreWith>>) => Promise<Result>,
): Promise<Result> {
  const keyStore = await openKeyStore(dataDir, measured);
  const store = await openStoreWith(keyStore, { dataDir });
  try {
    return await work(store);
  } finally {
    await store.close();
    await keyStore.close();
  }
}

async function serve(measured: typeof release): Promise<void> {
  const keyStore = await openKeyStore(dataDir, measured);
  hospital = await startHospital({ dataDir, keys: await readHospitalKeys(dataDir, keyStore) });
}

async function recovered(from: readonly number[]) {
  const record = parseRecoveryRecord(readRecoveryRecord(dataDir) ?? '');
  const chosen = from.map((index) => shares[index] ?? '');
  return { dataDir, wrappingKeys: await recover(record, chosen) };
}

/** The same channel as before, and a new handshake: both serve; every reading and every name is there. */
async function isWholeAgain(measured: typeof release): Promise<void> {
  await serve(measured);
  const back = new TestPatient({ ...patient.options, url: hospital.devicesUrl });
  closing.push(() => back.close());
  await back.use(patient.secrets, 1000);
  const { acknowledgement } = await back.send([await back.sealReading(4)]);
  expect(acknowledgement?.results).toHaveLength(1);
  await back.agree();
  await back.send([await back.sealReading(5)]);
  await inStore(measured, async (store) => {
    expect((await store.counts()).stored).toBe(5);
    expect(await store.patients.find('p1')).toMatchObject({ name: 'Anna Berg', bed: '12' });
  });
}

test('the TPM is lost: three of five people bring everything back on another one', async () => {
  await hospital.stop();
  await emulator.stop();
  const another = await startSwtpm();
  closing.push(() => another.stop());
  await expect(recovered([0, 4])).rejects.toMatchObject({ code: 'recovery-refused' });
  await recoverHospital(await recovered([4, 1, 2]), { ...(await enrolment(another)), tpm: release });
  await isWholeAgain(release);
}, 60_000);

test('into files, and from files into a TPM: what the files held stays nowhere in the folder', async () => {
  await hospital.stop();
  const intoFiles = { ...(await enrolment(emulator)), keys: { kind: 'software' } as const };
  await recoverHospital(await recovered([0, 1, 2]), intoFiles);
  expect(readdirSync(dataDir)).toContain('software-keys.json');
  await recoverHospital(await recovered([0, 1, 2]), {
    ...(await enrolment(emulator)),
    keys: { kind: 'software' },
  });
  writeFileSync(join(dataDir, 'software-keys.json.new'), 'of a write that was cut short');
  const another = await startSwtpm();
  closing.push(() => another.stop());
  await recoverHospital(await recovered([2, 3, 4]), { ...(await enrolment(another)), tpm: release });
  expect(readdirSync(dataDir).filter((name) => name.startsWith('software-keys'))).toEqual([]);
  await isWholeAgain(release);
}, 60_000);

test('an update that the keys were not sealed for: the shares bring them to the release that runs', async () => {
  await hospital.stop();
  await emulator.restart();
  const keyStore = await openKeyStore(dataDir, nextRelease);
  await expect(keyStore.wrappingKeys()).rejects.toMatchObject({ code: 'keys-other-release' });
  await resealRecovered(await recovered([0, 1, 2]), nextRelease);
  await isWholeAgain(nextRelease);
}, 60_000);

test('a record of before the newest key brings nothing back, and takes nothing away', async () => {
  await hospital.stop();
  const old = await recovered([0, 1, 2]);
  const { rotation, close } = await openRotation(dataDir);
  await rotateWrapping(rotation, { forgetOlder: false });
  await close();
  await expect(resealRecovered(old, release)).rejects.toMatchObject({ code: 'wrapping-key-unknown' });
  await expect(recoverHospital(old, { ...(await enrolment(emulator)), tpm: release })).rejects.toMatchObject({
    code: 'wrapping-key-unknown',
  });
  await isWholeAgain(release);
}, 60_000);

test('an update that they were sealed for needs nobody', async () => {
  const keyStore = await openKeyStore(dataDir, release);
  if (keyStore.kind !== 'tpm') throw new Error('expected keys in a TPM');
  await keyStore.sealFor(await nextRelease.measure());
  await hospital.stop();
  await emulator.restart();
  await isWholeAgain(nextRelease);
}, 60_000);
