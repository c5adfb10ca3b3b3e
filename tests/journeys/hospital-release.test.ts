// Which release does the hospital run? Asked by a patient's card and by a doctor's device, answered by the hospital's TPM, and
// judged by each of them alone: proved, and each way in which it is not.

import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { startAuthority } from '@vitalseal/app-certifying-authority';
import { AttestedHospital, releaseOfName, type TestPatient } from '@vitalseal/app-hospital/testing';
import { activationLink, createRequest } from '@vitalseal/certifying-authority';
import { type HospitalRelease, memoryCustody, startClinician } from '@vitalseal/clinician';
import { handshakeMediaType, type Identity } from '@vitalseal/protocol';
import { memoryStorage, SecureElement, vitalMeasurement } from '@vitalseal/secure-element';
import { extendOnce, usualReleaseRegister, withTpm } from '@vitalseal/tpm';
import { startSwtpm } from '@vitalseal/tpm/testing';
import { afterEach, expect, test } from 'vitest';
import { whenRun } from './command-line.fixture.ts';

const patient: Identity = { role: 'patient', id: 'anna' };
const closing: (() => Promise<unknown> | unknown)[] = [];
afterEach(async () => {
  for (const close of closing.splice(0).reverse()) await close();
});

async function attestedHospital(options: Parameters<typeof AttestedHospital.start>[0] = {}): Promise<AttestedHospital> {
  const hospital = await AttestedHospital.start(options);
  closing.push(() => hospital.remove());
  await hospital.serve();
  return hospital;
}

/** The machine is started anew, and what starts there is measured as another release. */
async function measured(hospital: AttestedHospital, version: string): Promise<void> {
  await hospital.tpm.restart();
  const { digest } = await releaseOfName(version);
  await withTpm(hospital.tpm.address, (tpm) => extendOnce(tpm, usualReleaseRegister, digest));
}

interface CardOfAnna {
  readonly element: SecureElement;
  readonly line: TestPatient;
  /** As the card's delivery does it: handshake, question, answer. */
  ask(): Promise<unknown>;
}

async function cardAt(hospital: AttestedHospital, hospitalRelease: 'report' | 'refuse'): Promise<CardOfAnna> {
  const line = await hospital.patient(patient.id);
  closing.push(() => line.close());
  const settings = { hospitalRelease };
  const element = await SecureElement.open({ storage: memoryStorage(), localKey: new Uint8Array(32), settings });
  const { authority } = hospital.authority;
  const csr = await element.generateKey(patient);
  const { code } = await authority.invite({ identity: patient });
  const chain = [await authority.enrol(csr, { identity: patient, code }), authority.issuingCertificate];
  await element.installCertificates({ chain, anchors: [authority.rootCertificate], at: Date.now() });
  await element.bond({ sensors: [], hospital: hospital.identity });
  const post = async (body: Uint8Array<ArrayBuffer>) =>
    (await line.post('/edhoc', handshakeMediaType.request, body)).body;
  const message2 = await post(await element.startHospitalHandshake(Date.now()));
  const message4 = await post(await element.continueHospitalHandshake(message2));
  await element.finishHospitalHandshake(message4, Date.now());
  return {
    element,
    line,
    async ask() {
      const question = await element.askRelease(Date.now());
      if (question === undefined) throw new Error('expected a question');
      const { status, body } = await line.post('/attestation', 'application/cbor', question);
      return element.judgeHospitalRelease(
        status === 200 ? body : status === 204 ? 'not-attestable' : 'hospital-refused',
        Date.now(),
      );
    },
  };
}

async function sendsReading({ element, line }: CardOfAnna): Promise<number> {
  element.unlock();
  const at = { utcMs: Date.now(), offsetMinutes: 0 };
  await element.enterReading({ measuredAt: at, measurements: [vitalMeasurement('hr', 71)] }, Date.now());
  const batch = await element.sealBatch({ sentAt: at, at: Date.now() });
  if (batch === undefined) throw new Error('expected a batch');
  const { body } = await line.post('/records', 'application/cbor', batch.body);
  return (await element.takeHospitalAnswer(body, Date.now())).confirmed.length;
}

test("a patient's card that insists sends its readings to a hospital that proves what it runs", async () => {
  const card = await cardAt(await attestedHospital(), 'refuse');
  await expect(sendsReading(card)).rejects.toMatchObject({ code: 'hospital-unproved' });
  const { name, version } = await releaseOfName('1.0.0');
  expect(await card.ask()).toEqual({ kind: 'proved', name, version });
  expect(await sendsReading(card)).toBe(2);
});

test('one that only asks tells that keys in software prove nothing, and sends all the same', async () => {
  const card = await cardAt(await attestedHospital({ keys: 'software' }), 'report');
  expect(await card.ask()).toEqual({ kind: 'unproved', because: 'not-attestable' });
  expect(await sendsReading(card)).toBe(1);
});

test('one that insists keeps its readings from keys in software', async () => {
  const card = await cardAt(await attestedHospital({ keys: 'software' }), 'refuse');
  expect(await card.ask()).toEqual({ kind: 'unproved', because: 'not-attestable' });
  await expect(sendsReading(card)).rejects.toMatchObject({ code: 'hospital-unproved' });
  expect((await card.element.duty(Date.now())).waiting).toBe(1);
});

test('another release in the register is told from the one that is named', async () => {
  const hospital = await attestedHospital();
  const card = await cardAt(hospital, 'refuse');
  await measured(hospital, '6.6.6');
  expect(await card.ask()).toEqual({ kind: 'refuted', because: 'quote-other-release' });
  await expect(sendsReading(card)).rejects.toMatchObject({ code: 'hospital-unproved' });
});

test('a release that was taken back is refused by a card that has the list, which believed it a moment ago', async () => {
  const hospital = await attestedHospital();
  const card = await cardAt(hospital, 'refuse');
  expect(await card.ask()).toMatchObject({ kind: 'proved' });
  expect(await sendsReading(card)).toBe(1);
  const { authority } = hospital.authority;
  const { serial } = await authority.attest(await releaseOfName('1.0.0'));
  await authority.revoke({ serial });
  await card.element.installRevocationList((await authority.crl()).crl);
  await expect(sendsReading(card)).rejects.toMatchObject({ code: 'hospital-unproved' });
  expect(await card.ask()).toEqual({ kind: 'refuted', because: 'revoked' });
});

test("a doctor's device is told which release runs, and says what is wrong with it", { timeout: 60_000 }, async () => {
  const hospital = await attestedHospital();
  const { authority } = hospital.authority;
  const identity = { role: 'doctor', id: 'house' } as const;
  const custody = memoryCustody();
  const keys = await custody.newKey();
  const { code } = await authority.invite({ identity });
  const chain = [
    await authority.enrol(await createRequest(keys, identity), { identity, code }),
    authority.issuingCertificate,
  ];
  await custody.keep({ identity, privateKey: keys.privateKey, chain, root: authority.rootCertificate });
  await hospital.onCall(identity);
  const look = async () => {
    const clinician = await startClinician({ role: 'doctor', hospitalUrl: hospital.running.peopleUrl, custody });
    closing.push(() => clinician.stop());
    return until(() => clinician.ward.get().release);
  };
  expect(await look()).toMatchObject({ kind: 'proved', version: '1.0.0' });
  await measured(hospital, '6.6.6');
  expect(await look()).toMatchObject({ kind: 'refuted', because: 'quote-other-release' });
});

async function until(find: () => HospitalRelease | undefined): Promise<HospitalRelease> {
  for (;;) {
    const found = find();
    if (found !== undefined) return found;
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
}

test("on the command line: the fingerprint, the authority's approval, the release, and it is ready", {
  timeout: 120_000,
}, async () => {
  const folder = mkdtempSync(join(tmpdir(), 'vitalseal-release-'));
  closing.push(() => rmSync(folder, { recursive: true, force: true }));
  const tpm = await startSwtpm();
  closing.push(() => tpm.stop());
  const ca = await startAuthority({ dataDir: join(folder, 'ca'), createAs: 'Clinic' });
  closing.push(() => ca.close());
  const vitalseal = async (...args: string[]) => {
    const { status, stdout, stderr } = await whenRun(args, folder);
    expect({ status, stderr }, args.join(' ')).toEqual({ status: 0, stderr: '' });
    return stdout;
  };
  const identity = { role: 'hospital', id: 'clinic' } as const;
  const { url, rootFingerprint } = ca;
  const { code } = await ca.authority.invite({ identity, serverNames: ['localhost', '127.0.0.1'] });
  const link = activationLink({ url, identity, code, rootFingerprint });

  const shown = JSON.parse(await vitalseal('hospital', 'tpm', '--tpm', tpm.address, '--json')) as {
    fingerprint: string;
  };
  const made = await vitalseal('hospital', 'init', '--tpm', tpm.address, '--link', link, '--data', 'hospital');
  expect(made).toContain(shown.fingerprint);
  expect(made).toContain('has not approved this TPM yet');
  await vitalseal('ca', 'approve-tpm', '--data', 'ca', '--hospital', 'clinic', '--fingerprint', shown.fingerprint);
  const certified = await vitalseal('hospital', 'attestation', '--data', 'hospital', '--json');
  expect(JSON.parse(certified)).toEqual({ state: 'release-not-attested' });
  expect(await vitalseal('ca', 'list', '--data', 'ca')).toContain(
    'attestation key of the TPM of urn:vitalseal:hospital:clinic',
  );
  // An attestation of something else is not taken for this release.
  const { attestation } = await ca.authority.attest(await releaseOfName('3.2.1'));
  writeFileSync(join(folder, 'other.attestation'), attestation);
  const other = await whenRun(
    ['hospital', 'attestation', '--data', 'hospital', '--release', 'other.attestation'],
    folder,
  );
  expect(other).toMatchObject({ status: 2, stderr: expect.stringContaining('(invalid-file)') });
});
