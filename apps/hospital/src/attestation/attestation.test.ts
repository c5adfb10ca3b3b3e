import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import {
  attestationMediaType,
  attestationNonce,
  attestationPath,
  decodeEvidence,
  encodeAttestationRequest,
  encodeEvidence,
  type HospitalQuestion,
  parseCertificate,
  verifyEvidence,
} from '@vitalseal/certifying-authority';
import { type Bytes, randomBytes } from '@vitalseal/protocol';
import { extendOnce, usualReleaseRegister, withTpm } from '@vitalseal/tpm';
import { afterAll, beforeAll, expect, test } from 'vitest';
import type { OpenChannel } from '../channels/open-channel.ts';
import { renewFor } from '../keys/enrol-hospital.ts';
import { hospitalFiles } from '../keys/hospital-folder.ts';
import { leafOf } from '../keys/hospital-keys.ts';
import { SoftwareKeyStore } from '../keys/software/software-key-store.ts';
import { AttestedHospital, releaseOfName } from '../testing/attested-hospital.ts';
import type { TestPatient } from '../testing/test-patient.ts';
import { AttestationDesk } from './attestation-desk.ts';
import { writeAttestationChain } from './attestation-files.ts';

let hospital: AttestedHospital;
let patient: TestPatient;

beforeAll(async () => {
  hospital = await AttestedHospital.start();
  await hospital.serve();
  patient = await hospital.patient('p-1');
  await patient.agree();
});

afterAll(async () => {
  patient.close();
  await hospital.remove();
});

function questionOf(asker: TestPatient, of: AttestedHospital): HospitalQuestion {
  const { publicKeySpki } = parseCertificate(leafOf(of.keys));
  return { nonce: randomBytes(32), channel: asker.secrets.id, identityKey: publicKeySpki };
}

async function ask(question: Pick<HospitalQuestion, 'nonce' | 'channel'>): Promise<Bytes> {
  const { status, body } = await patient.post(
    attestationPath,
    attestationMediaType,
    encodeAttestationRequest(question),
  );
  expect(status, new TextDecoder().decode(body)).toBe(200);
  return body;
}

function verified(evidence: Bytes, question: HospitalQuestion, revoked: readonly string[] = []) {
  return verifyEvidence({
    evidence,
    question,
    hospital: hospital.identity,
    anchors: [hospital.authority.authority.rootCertificate],
    at: Date.now(),
    isRevoked: (serial) => revoked.includes(serial),
  });
}

test('a hospital proves which release it runs, to whoever shares a channel with it', async () => {
  const question = questionOf(patient, hospital);
  const { release } = await verified(await ask(question), question);
  expect(release).toEqual(await releaseOfName('1.0.0'));
});

test('an answer to an old question is refused', async () => {
  const before = questionOf(patient, hospital);
  const evidence = await ask(before);
  await verified(evidence, before);
  await expect(verified(evidence, questionOf(patient, hospital))).rejects.toMatchObject({ code: 'quote-stale' });
});

test('an answer that was given for another channel is refused, and for an unknown one none is given', async () => {
  const question = questionOf(patient, hospital);
  const elsewhere = { ...question, channel: randomBytes(8) };
  await expect(verified(await ask(question), elsewhere)).rejects.toMatchObject({ code: 'quote-stale' });
  const { status, body } = await patient.post(
    attestationPath,
    attestationMediaType,
    encodeAttestationRequest(elsewhere),
  );
  expect(status).toBe(403);
  expect(JSON.parse(new TextDecoder().decode(body))).toEqual({ code: 'not-permitted' });
});

/** As a hospital would answer that takes every channel for its own. */
function evidenceOf(of: AttestedHospital, question: HospitalQuestion): Promise<Bytes> {
  const registry = { find: async () => ({}) as OpenChannel };
  const desk = new AttestationDesk({ dataDir: of.dataDir, keys: () => of.keys, registry });
  return desk.answer(encodeAttestationRequest(question));
}

test("a quote under another TPM's attestation key is refused, whichever certificate comes with it", async () => {
  const question = questionOf(patient, hospital);
  const other = await AttestedHospital.start();
  try {
    const honest = decodeEvidence(await ask(question));
    const { quote, signature, chain } = decodeEvidence(await evidenceOf(other, question));
    const underOurs = encodeEvidence({ ...honest, quote, signature });
    await expect(verified(underOurs, question)).rejects.toMatchObject({ code: 'signature-invalid' });
    // Certified, but by an authority that bears the same name only.
    const underTheirs = encodeEvidence({ ...honest, quote, signature, chain });
    await expect(verified(underTheirs, question)).rejects.toMatchObject({ code: 'issuer-mismatch' });
  } finally {
    await other.remove();
  }
});

test('the TPM of one hospital proves nothing of another, nor does a certificate of another kind', async () => {
  const question = questionOf(patient, hospital);
  const evidence = await ask(question);
  const anchors = [hospital.authority.authority.rootCertificate];
  const elsewhere = { evidence, question, anchors, at: Date.now(), hospital: { role: 'hospital', id: 'h2' } } as const;
  await expect(verifyEvidence(elsewhere)).rejects.toMatchObject({ code: 'identity-refused' });
  // The identity key speaks as the hospital; of what runs there it can say nothing.
  const [leaf, issuing] = hospital.keys.chain;
  if (leaf === undefined || issuing === undefined) throw new Error('expected a chain');
  const honest = decodeEvidence(evidence);
  const signature = await hospital.keys.identityKey.sign(honest.quote);
  const forged = encodeEvidence({ ...honest, signature, chain: [leaf, issuing] });
  await expect(verified(forged, question)).rejects.toMatchObject({ code: 'purpose-refused' });
});

test('a hospital on a key outside of its TPM proves nothing, whatever it passes on of the TPM', async () => {
  const { dataDir, keys } = hospital;
  const chainFile = readFileSync(join(dataDir, hospitalFiles.chain));
  const identityKey = await SoftwareKeyStore.inMemory().nextIdentityKey(new Uint8Array());
  // Certified as the hospital's: who has the use of the key in the TPM once can have that.
  const chain = await renewFor(dataDir, keys, identityKey);
  writeFileSync(join(dataDir, hospitalFiles.chain), chainFile);
  const { attestor } = keys.keyStore;
  if (attestor === null) throw new Error('expected keys in the TPM');
  const question = { ...questionOf(patient, hospital), identityKey: identityKey.spki };
  const honest = decodeEvidence(await ask(question));
  const { attest: quote, signature } = await attestor.quote(await attestationNonce(question));
  await expect(verified(encodeEvidence({ ...honest, quote, signature }), question)).rejects.toMatchObject({
    code: 'identity-refused',
  });
  const served = { ...keys, chain, identityKey };
  const desk = new AttestationDesk({
    dataDir,
    keys: () => served,
    registry: { find: async () => ({}) as OpenChannel },
  });
  await expect(desk.answer(encodeAttestationRequest(question))).rejects.toMatchObject({ code: 'keys-damaged' });
});

test('a release that was revoked, and an attestation key that was, are refused', async () => {
  const question = questionOf(patient, hospital);
  const evidence = await ask(question);
  const { releaseSerial } = await verified(evidence, question);
  await expect(verified(evidence, question, [releaseSerial])).rejects.toMatchObject({ code: 'revoked' });
  const [leaf] = decodeEvidence(evidence).chain;
  const revoked = [parseCertificate(leaf).serial];
  await expect(verified(evidence, question, revoked)).rejects.toMatchObject({ code: 'revoked' });
});

test('another release on the same machine is told by the register, whatever attestation is shown', async () => {
  const other = await AttestedHospital.start();
  try {
    const question = questionOf(patient, other);
    await other.tpm.restart();
    const { digest } = await releaseOfName('6.6.6');
    await withTpm(other.tpm.address, (tpm) => extendOnce(tpm, usualReleaseRegister, digest));
    const evidence = await evidenceOf(other, question);
    const anchors = [other.authority.authority.rootCertificate];
    await expect(
      verifyEvidence({ evidence, question, anchors, at: Date.now(), hospital: other.identity }),
    ).rejects.toMatchObject({ code: 'quote-other-release' });
  } finally {
    await other.remove();
  }
});

test('a TPM that was replaced proves nothing before its own key is certified', async () => {
  const replaced = await AttestedHospital.start();
  try {
    const question = questionOf(patient, replaced);
    // What the folder still has of the TPM before.
    writeAttestationChain(replaced.dataDir, decodeEvidence(await ask(questionOf(patient, hospital))).chain);
    await expect(evidenceOf(replaced, question)).rejects.toMatchObject({ code: 'not-attestable' });
    expect(await replaced.prepare()).toEqual({ state: 'ready' });
    await expect(evidenceOf(replaced, question)).resolves.toBeDefined();
  } finally {
    await replaced.remove();
  }
});

test('keys in software prove nothing, and say so', async () => {
  const soft = await AttestedHospital.start({ keys: 'software' });
  try {
    expect(await soft.prepare()).toEqual({ state: 'software' });
    await expect(evidenceOf(soft, questionOf(patient, soft))).rejects.toMatchObject({ code: 'not-attestable' });
  } finally {
    await soft.remove();
  }
});

test('a TPM that nobody approved gets no certificate, and its fingerprint is told', async () => {
  const unknown = await AttestedHospital.start({ unknown: true });
  try {
    const state = await unknown.prepare();
    expect(state).toMatchObject({ state: 'tpm-not-approved', fingerprint: expect.stringMatching(/^[0-9a-f]{64}$/) });
    await unknown.approve();
    expect(await unknown.prepare()).toEqual({ state: 'release-not-attested' });
  } finally {
    await unknown.remove();
  }
});

test('rubbish at the door is refused before the TPM is asked', async () => {
  const request = encodeAttestationRequest(questionOf(patient, hospital));
  for (const body of [new Uint8Array(0), new Uint8Array(100).fill(0xff), request.slice(0, -1)]) {
    const { status } = await patient.post(attestationPath, attestationMediaType, body);
    expect(status).toBe(400);
  }
});
