// The TPM fails in every way that a TPM can, under a hospital that serves: readings on open channels go on, handshakes wait
// or are refused with word of when to come again, /healthz says what is wrong, and all is well once the TPM is.

import { execFile } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { createConnection } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { encodePem } from '@vitalseal/certifying-authority';
import { formatIdentity, sha256 } from '@vitalseal/protocol';
import { usualReleaseRegister } from '@vitalseal/tpm';
import { type Swtpm, type SwtpmOptions, startSwtpm } from '@vitalseal/tpm/testing';
import { afterEach, expect, test } from 'vitest';
import type { Health } from '../health/health.ts';
import { type Hospital, startHospital } from '../hospital.ts';
import { enrolHospital } from '../keys/enrol-hospital.ts';
import { openKeyStore } from '../keys/open-key-store.ts';
import { readHospitalKeys } from '../keys/read-hospital-keys.ts';
import { openStoreWith } from '../store/open-hospital-store.ts';
import { type EstAuthority, startEstAuthority } from '../testing/est-authority.ts';
import { spo2LowAtOnce } from '../testing/rules-at-once.ts';
import { SpoiledTpm } from '../testing/spoiled-tpm.ts';
import { TestClinician } from '../testing/test-clinician.ts';
import { TestPatient } from '../testing/test-patient.ts';

const run = promisify(execFile);
const identity = { role: 'hospital', id: 'h1' } as const;
const doctorIdentity = { role: 'doctor', id: 'd1' } as const;
const serverNames = ['localhost', '127.0.0.1'];
const tpm = { measure: async () => sha256(new TextEncoder().encode('the release')) };
/** One value under 85 is an alarm. */
const policy = JSON.stringify({
  rules: [spo2LowAtOnce],
});

const closing: (() => Promise<unknown> | unknown)[] = [];
afterEach(async () => {
  for (const close of closing.splice(0).reverse()) await close();
});

interface Ward {
  readonly emulator: Swtpm;
  readonly between: SpoiledTpm | undefined;
  readonly ca: EstAuthority;
  readonly dataDir: string;
  hospital: Hospital;
  serve(): Promise<void>;
}

async function ward({ spoiled = false, ...options }: SwtpmOptions & { spoiled?: boolean } = {}): Promise<Ward> {
  const emulator = await startSwtpm(options);
  closing.push(() => emulator.stop());
  const between = spoiled ? await SpoiledTpm.before(emulator.address) : undefined;
  closing.push(() => between?.close());
  const ca = await startEstAuthority();
  closing.push(() => ca.close());
  const dataDir = mkdtempSync(join(tmpdir(), 'vitalseal-tpm-faults-'));
  closing.push(() => rmSync(dataDir, { recursive: true }));
  const { code } = await ca.authority.invite({ identity, serverNames });
  const { rootFingerprint } = ca.authority;
  const address = between?.address ?? emulator.address;
  const keys = { kind: 'tpm', address, pcr: usualReleaseRegister } as const;
  await enrolHospital({ dataDir, authorityUrl: ca.url, rootFingerprint, identity, code, serverNames, keys, tpm });
  const store = await openStoreWith(await openKeyStore(dataDir, tpm), { dataDir });
  await store.patients.admit({ identity: 'p1', name: 'Anna Berg', bed: '', policy, at: 1 });
  const person = { identity: formatIdentity(doctorIdentity), role: 'doctor', name: 'D', tier: 1, on_call: 1 };
  await store.people.register(person);
  await store.close();
  const start = async () => {
    const keyStore = await openKeyStore(dataDir, tpm);
    return startHospital({ dataDir, keys: await readHospitalKeys(dataDir, keyStore) });
  };
  const made: Ward = {
    emulator,
    between,
    ca,
    dataDir,
    hospital: await start(),
    async serve() {
      made.hospital = await start();
    },
  };
  closing.push(() => made.hospital.stop());
  return made;
}

async function patientOf({ ca, hospital }: Ward): Promise<TestPatient> {
  const root = ca.authority.rootCertificate;
  const patient = new TestPatient({
    url: hospital.devicesUrl,
    identity: { role: 'patient', id: 'p1' },
    hospital: identity,
    credential: await ca.enrol({ role: 'patient', id: 'p1' }),
    root,
    rootPem: encodePem('CERTIFICATE', root),
  });
  closing.push(() => patient.close());
  return patient;
}

/** After the hospital was started anew, at another port: the same channel, counting on. */
async function again(patient: TestPatient, { hospital }: Ward): Promise<TestPatient> {
  const made = new TestPatient({ ...patient.options, url: hospital.devicesUrl });
  closing.push(() => made.close());
  await made.use(patient.secrets, 1000);
  return made;
}

async function doctorOf({ ca, hospital }: Ward): Promise<TestClinician> {
  const credential = await ca.enrol(doctorIdentity);
  const root = ca.authority.rootCertificate;
  const doctor = new TestClinician({
    url: hospital.peopleUrl,
    identity: doctorIdentity,
    hospital: identity,
    credential,
    root,
  });
  closing.push(() => doctor.stop());
  await doctor.agree();
  await doctor.listen();
  return doctor;
}

/** Where nothing else is under test but that a reading is stored and acknowledged. */
async function takesReading(patient: TestPatient, sequence: number, spo2 = 97): Promise<void> {
  const { acknowledgement } = await patient.send([await patient.sealReading(sequence, { spo2 })]);
  expect(acknowledgement?.results).toHaveLength(1);
}

async function keysOf({ hospital }: Ward): Promise<Health['keys'] & { readonly ok: boolean }> {
  const health = (await (await fetch(new URL('/healthz', hospital.peopleUrl))).json()) as Health;
  expect(health.ok).toBe(true);
  return health.keys;
}

/** Shakes hands as a phone does: until it is let in. */
async function agreesInTheEnd(patient: TestPatient): Promise<void> {
  await expect.poll(() => patient.agree().then(() => 'agreed', String), { timeout: 30_000 }).toBe('agreed');
}

async function isRefusedForNow(patient: TestPatient): Promise<void> {
  await expect(patient.agree()).rejects.toThrow(/HTTP status 503/);
}

test('gone: readings go on, an alarm reaches the doctor, handshakes are refused for now, and all is well when it is back', async () => {
  const there = await ward();
  const patient = await patientOf(there);
  await patient.agree();
  const doctor = await doctorOf(there);
  await there.emulator.kill();
  await takesReading(patient, 1);
  await takesReading(patient, 2, 80);
  // Not yet the notice that the hospital signs; but the doctor's device knows, under the channel's seal, and rings.
  const heard = await doctor.until(({ message }) => message.type === 'patient' && message.alarms.length > 0);
  expect(heard.message).toMatchObject({ patient: { id: 'p1' } });
  await isRefusedForNow(await patientOf(there));
  await expect.poll(async () => (await keysOf(there)).ok, { timeout: 10_000 }).toBe(false);
  expect(await keysOf(there)).toMatchObject({ kind: 'tpm', problem: 'tpm-unavailable' });
  await takesReading(patient, 3);
  await there.emulator.restart();
  await agreesInTheEnd(await patientOf(there));
  await doctor.until(({ message }) => message.type === 'alarm', { timeoutMs: 30_000 });
  await expect.poll(async () => (await keysOf(there)).ok, { timeout: 10_000 }).toBe(true);
}, 90_000);

test('slow, two seconds a signature: readings do not wait for it, and each handshake has its turn', async () => {
  const there = await ward({ spoiled: true });
  const patient = await patientOf(there);
  await patient.agree();
  if (there.between !== undefined) there.between.spoiling = { kind: 'slow', ms: 2000 };
  let agreed = 0;
  const others = await Promise.all([patientOf(there), patientOf(there), patientOf(there)]);
  const handshakes = Promise.all(others.map((other) => agreesInTheEnd(other).then(() => ++agreed)));
  let acknowledged = 0;
  while (agreed === 0) {
    acknowledged += 1;
    await takesReading(patient, acknowledged);
  }
  // Many readings went by while the first signature was made.
  expect(acknowledged).toBeGreaterThan(20);
  await handshakes;
  expect(there.between?.signatures).toBeGreaterThanOrEqual(3);
}, 90_000);

test('garbage: a signature that is none, or too short an answer, is refused, and the next one is asked for anew', async () => {
  const there = await ward({ spoiled: true });
  const { between } = there;
  if (between === undefined) throw new Error('expected what stands before the TPM');
  const patient = await patientOf(there);
  await patient.agree();
  const garbage = [
    () => Buffer.from('not a TPM at all'),
    () => Buffer.from('80020000000a00000000', 'hex'),
    (command: Buffer) => command,
    () => Buffer.concat([Buffer.from('8002000000ff00000000', 'hex'), Buffer.alloc(245, 0x41)]),
  ];
  for (const [index, answer] of garbage.entries()) {
    between.spoiling = { kind: 'garbage', answer };
    await isRefusedForNow(await patientOf(there));
    expect(await keysOf(there)).toMatchObject({ ok: false });
    await takesReading(patient, 2 * index);
    between.spoiling = { kind: 'none' };
    await agreesInTheEnd(patient);
    await takesReading(patient, 2 * index + 1);
  }
}, 120_000);

test('locked out by somebody who guesses: the hospital signs on, since its keys take no part in that', async () => {
  const there = await ward({ tcp: true });
  const patient = await patientOf(there);
  await patient.agree();
  const env = { ...process.env, TPM2TOOLS_TCTI: `swtpm:port=${there.emulator.tcpPort}` };
  const cwd = mkdtempSync(join(tmpdir(), 'vitalseal-guess-'));
  closing.push(() => rmSync(cwd, { recursive: true }));
  const tool = (name: string, ...args: string[]) => run(name, args, { env, cwd });
  await tool('tpm2_dictionarylockout', '-s', '-n', '1', '-t', '10000', '-l', '10000');
  await tool('tpm2_createprimary', '-C', 'o', '-c', 'parent.ctx', '-p', 'secret');
  await tool('tpm2_flushcontext', '-t');
  for (let guess = 0; guess < 3; guess++) {
    await tool('tpm2_create', '-C', 'parent.ctx', '-P', `guess${guess}`, '-u', 'k.pub', '-r', 'k.priv').catch(
      () => undefined,
    );
    await tool('tpm2_flushcontext', '-t').catch(() => undefined);
  }
  await expect(tool('tpm2_create', '-C', 'parent.ctx', '-P', 'secret', '-u', 'k.pub', '-r', 'k.priv')).rejects.toThrow(
    /lockout/i,
  );
  await tool('tpm2_flushcontext', '-t').catch(() => undefined);
  await agreesInTheEnd(await patientOf(there));
  expect(await keysOf(there)).toMatchObject({ ok: true });
}, 60_000);

test('a TPM that says that it is locked out is told of by that name, and asked again later', async () => {
  const there = await ward({ spoiled: true });
  const { between } = there;
  if (between === undefined) throw new Error('expected what stands before the TPM');
  between.spoiling = { kind: 'refusing', code: 0x921 };
  await isRefusedForNow(await patientOf(there));
  expect(await keysOf(there)).toMatchObject({ ok: false, problem: 'TPM_RC_LOCKOUT' });
  between.spoiling = { kind: 'none' };
  await agreesInTheEnd(await patientOf(there));
}, 60_000);

test('started anew under a hospital that serves: its keys sign on, and so does the hospital that starts after it', async () => {
  const there = await ward();
  const patient = await patientOf(there);
  await patient.agree();
  await there.emulator.restart();
  await takesReading(patient, 1);
  await agreesInTheEnd(await patientOf(there));
  await there.hospital.stop();
  await there.serve();
  await takesReading(await again(patient, there), 2);
}, 60_000);

test('its state rolled back: the store is not believed, every channel is closed, and patients shake hands anew', async () => {
  const there = await ward();
  await there.hospital.stop();
  const snapshot = await there.emulator.snapshotState();
  await there.serve();
  const patient = await patientOf(there);
  await patient.agree();
  await takesReading(patient, 1);
  await there.hospital.stop();
  await there.emulator.restoreState(snapshot);
  await there.serve();
  const back = await again(patient, there);
  const { unanswered } = await back.send([await back.sealReading(2)]);
  expect(unanswered).toEqual([[0, 'channel-unknown']]);
  await back.agree();
  await takesReading(back, 2);
}, 60_000);

test('held by somebody else: handshakes wait for their turn, and readings for nothing', async () => {
  const there = await ward();
  const patient = await patientOf(there);
  await patient.agree();
  // The emulator serves one client at a time: this one says nothing and holds on.
  const holder = createConnection(there.emulator.address.replace('swtpm:', ''));
  closing.push(() => holder.destroy());
  await new Promise((resolve) => holder.once('connect', resolve));
  const other = await patientOf(there);
  const agreeing = agreesInTheEnd(other);
  for (let sequence = 1; sequence <= 10; sequence++) await takesReading(patient, sequence);
  holder.destroy();
  await agreeing;
  await takesReading(other, 1);
}, 60_000);

test('another TPM in its place is told apart at the start, and is given nothing to do', async () => {
  const there = await ward();
  await there.hospital.stop();
  const stranger = await startSwtpm();
  closing.push(() => stranger.stop());
  await stranger.kill();
  await there.emulator.restoreState(await stranger.snapshotState());
  const keyStore = await openKeyStore(there.dataDir, tpm);
  await expect(keyStore.wrappingKeys()).rejects.toMatchObject({
    code: 'keys-unavailable',
    cause: { code: 'tpm-primary-changed' },
  });
  await keyStore.close();
}, 60_000);
