// Keys are replaced beside a hospital that serves: on a TPM and in software, with readings under way all the time.

import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { connect } from 'node:tls';
import { encodePem, parseCertificate } from '@vitalseal/certifying-authority';
import { formatIdentity, sha256 } from '@vitalseal/protocol';
import { usualReleaseRegister } from '@vitalseal/tpm';
import { startSwtpm } from '@vitalseal/tpm/testing';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { oldestWrappingInUse } from '../at-rest/rewrap.ts';
import { type Hospital, startHospital } from '../hospital.ts';
import { openStoreWith } from '../store/open-hospital-store.ts';
import type { Store } from '../store/open-store.ts';
import { type EstAuthority, startEstAuthority } from '../testing/est-authority.ts';
import { type PrivatePostgresql, startPrivatePostgresql } from '../testing/private-postgresql.ts';
import { spo2LowAtOnce } from '../testing/rules-at-once.ts';
import { TestClinician } from '../testing/test-clinician.ts';
import { TestPatient } from '../testing/test-patient.ts';
import { enrolHospital } from './enrol-hospital.ts';
import type { KeyPlace } from './key-place.ts';
import { type OpenedKeyStore, openKeyStore } from './open-key-store.ts';
import { readHospitalKeys } from './read-hospital-keys.ts';
import { parseRecoveryRecord, readRecoveryRecord, writeRecoveryRecord } from './recovery/recovery-record.ts';
import { recover, splitRecovery } from './recovery/split.ts';
import { type Rotation, rotateAudit, rotateIdentity, rotateListener, rotateWrapping } from './rotate.ts';

const identity = { role: 'hospital', id: 'h1' } as const;
const serverNames = ['localhost', '127.0.0.1'];
const tpm = { measure: async () => sha256(new TextEncoder().encode('the release')) };
const alarming = { spo2: 80 };
/** An alarm at the first value. */
const policy = JSON.stringify({
  rules: [spo2LowAtOnce],
});

let postgresql: PrivatePostgresql;
beforeAll(() => {
  postgresql = startPrivatePostgresql();
});
afterAll(() => postgresql.remove());

describe.each([
  ['tpm', 'SQLite'],
  ['software', 'SQLite'],
  ['tpm', 'PostgreSQL'],
] as const)('with keys in %s and a store in %s', (kind, database) => {
  const closing: (() => Promise<void> | void)[] = [];
  let ca: EstAuthority;
  let dataDir: string;
  let databaseUrl: string | undefined;
  let place: KeyPlace;
  let serving: OpenedKeyStore;
  let hospital: Hospital;
  /** What a command beside it has open. */
  let beside: { keyStore: OpenedKeyStore; store: Store };

  beforeEach(async () => {
    ca = await startEstAuthority();
    closing.push(() => ca.close());
    dataDir = mkdtempSync(join(tmpdir(), 'vitalseal-rotation-'));
    closing.push(() => rmSync(dataDir, { recursive: true }));
    databaseUrl = database === 'PostgreSQL' ? await postgresql.createDatabase() : undefined;
    place = { kind: 'software' };
    if (kind === 'tpm') {
      const emulator = await startSwtpm();
      closing.push(() => emulator.stop());
      place = { kind, address: emulator.address, pcr: usualReleaseRegister };
    }
    const { code } = await ca.authority.invite({ identity, serverNames });
    const { rootFingerprint } = ca.authority;
    const enrolment = { dataDir, authorityUrl: ca.url, rootFingerprint, identity, code, serverNames };
    await enrolHospital({ ...enrolment, keys: place, tpm });
    serving = await openKeyStore(dataDir, tpm);
    closing.push(() => serving.close());
    const keyStore = await openKeyStore(dataDir, tpm);
    const store = await openStoreWith(keyStore, { dataDir, databaseUrl });
    beside = { keyStore, store };
    closing.push(async () => {
      await store.close();
      await keyStore.close();
    });
    await store.patients.admit({ identity: 'p1', name: 'Anna Berg', bed: '', policy, at: 1 });
    const person = { identity: formatIdentity({ role: 'doctor', id: 'd1' }), role: 'doctor', name: 'D' };
    await store.people.register({ ...person, tier: 1, on_call: 1 });
    const keys = await readHospitalKeys(dataDir, serving);
    hospital = await startHospital({ dataDir, databaseUrl, keys, authorityUrl: ca.url });
    closing.push(() => hospital.stop());
  }, 30_000);
  afterEach(async () => {
    for (const close of closing.splice(0).reverse()) await close();
  });

  async function patient(): Promise<TestPatient> {
    const root = ca.authority.rootCertificate;
    const made = new TestPatient({
      url: hospital.devicesUrl,
      identity: { role: 'patient', id: 'p1' },
      hospital: identity,
      credential: await ca.enrol({ role: 'patient', id: 'p1' }),
      root,
      rootPem: encodePem('CERTIFICATE', root),
    });
    closing.push(() => made.close());
    await made.agree();
    return made;
  }

  async function rotation(): Promise<Rotation> {
    await beside.keyStore.refresh();
    return { dataDir, ...beside, keys: await readHospitalKeys(dataDir, beside.keyStore) };
  }

  /** Rotates while readings go in; each of them is acknowledged, on the channel of before. */
  async function whileReadingsGoIn(work: (rotation: Rotation) => Promise<unknown>): Promise<void> {
    const sender = await patient();
    let done = false;
    const rotating = work(await rotation()).finally(() => {
      done = true;
    });
    let sequence = 0;
    while (!done || sequence < 3) {
      sequence += 1;
      const { acknowledgement, unanswered } = await sender.send([await sender.sealReading(sequence)]);
      expect(unanswered).toEqual([]);
      expect(acknowledgement?.results).toHaveLength(1);
      await new Promise((resolve) => setTimeout(resolve, 20));
    }
    await rotating;
    expect((await beside.store.counts()).stored).toBe(sequence);
  }

  test('the identity key is replaced: readings go on, and a doctor who comes back is sent alarms under the new key', async () => {
    const credential = await ca.enrol({ role: 'doctor', id: 'd1' });
    const root = ca.authority.rootCertificate;
    const doctor = new TestClinician({
      url: hospital.peopleUrl,
      identity: { role: 'doctor', id: 'd1' },
      hospital: identity,
      credential,
      root,
    });
    closing.push(() => doctor.stop());
    await doctor.agree();
    await doctor.listen();
    const before = await readHospitalKeys(dataDir, beside.keyStore);
    await whileReadingsGoIn(rotateIdentity);
    const after = await readHospitalKeys(dataDir, beside.keyStore);
    expect(after.identityKey.spki).not.toEqual(before.identityKey.spki);
    // The old key is nowhere any more.
    expect(() => beside.keyStore.identityKey(before.identityKey.spki)).toThrow();
    await doctor.agree();
    await doctor.listen();
    const sender = await patient();
    await sender.send([await sender.sealReading(1000, alarming)]);
    const { notice } = await doctor.until(({ message }) => message.type === 'alarm');
    expect(notice?.patient).toEqual({ role: 'patient', id: 'p1' });
  }, 40_000);

  test("the listeners' key is replaced: the next connection meets another certificate", async () => {
    const before = await certificateAt(hospital.devicesUrl);
    await whileReadingsGoIn(rotateListener);
    const after = await certificateAt(hospital.devicesUrl);
    expect(after.publicKeySpki).not.toEqual(before.publicKeySpki);
    expect(after.serial).not.toBe(before.serial);
  }, 40_000);

  test('the wrapping key is replaced, and the shares of before bring the new one back', async () => {
    const { record, shares } = await splitRecovery(await beside.keyStore.wrappingKeys(), { need: 2, of: 3 });
    writeRecoveryRecord(dataDir, record);
    await whileReadingsGoIn((work) => rotateWrapping(work, { forgetOlder: true }));
    expect(await oldestWrappingInUse(beside.store)).toBe(2);
    expect((await beside.keyStore.wrappingKeys()).map(({ version }) => version)).toEqual([2]);
    const recovered = await recover(parseRecoveryRecord(readRecoveryRecord(dataDir) ?? ''), shares);
    expect(recovered.map(({ version }) => version)).toEqual([2]);
    // A patient who is admitted now has a key under the new one, and the serving hospital reads it.
    await beside.store.patients.admit({ identity: 'p2', name: 'Bo', bed: '', policy: null, at: 2 });
    await hospital.stop();
    const store = await openStoreWith(await openKeyStore(dataDir, tpm), { dataDir, databaseUrl });
    expect((await store.patients.all()).map(({ name }) => name)).toEqual(['Anna Berg', 'Bo']);
    await store.close();
  }, 40_000);

  test("the audit log's key is replaced", async () => {
    const before = beside.keyStore.auditKey.spki;
    await whileReadingsGoIn(rotateAudit);
    expect(beside.keyStore.auditKey.spki).not.toEqual(before);
    await serving.refresh();
    expect(serving.auditKey.spki).toEqual(beside.keyStore.auditKey.spki);
  }, 40_000);
});

async function certificateAt(url: string) {
  const { hostname: host, port } = new URL(url);
  const socket = connect({ host, port: Number(port), rejectUnauthorized: false, minVersion: 'TLSv1.3' });
  await new Promise((resolve, reject) => {
    socket.once('secureConnect', resolve);
    socket.once('error', reject);
  });
  const { raw } = socket.getPeerCertificate();
  socket.destroy();
  return parseCertificate(new Uint8Array(raw));
}
