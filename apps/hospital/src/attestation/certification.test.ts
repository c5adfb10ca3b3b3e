// Which attestation keys the authority certifies: that of an approved TPM, with the hospital's identity key beside it, and no
// other, whatever a hospital, or somebody in its place, sends.
import {
  certificationNonce,
  createEstClient,
  encodeTpmProof,
  encodeTpmRequest,
  type HolderProof,
  parseCertificate,
  proofInput,
  type TpmRequest,
} from '@vitalseal/certifying-authority';
import { rootedFetch } from '@vitalseal/certifying-authority/node';
import { type Bytes, randomBytes } from '@vitalseal/protocol';
import {
  certify,
  createAttestationKey,
  createSigningKey,
  makeCredential,
  openStorageRoot,
  provisionStorageRoot,
  readEndorsementKey,
  type StorageRoot,
  signWith,
  withTpm,
} from '@vitalseal/tpm';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { holderOf, leafOf } from '../keys/hospital-keys.ts';
import type { Attestor } from '../keys/key-store.ts';
import { AttestedHospital } from '../testing/attested-hospital.ts';
import { readAttestationChain } from './attestation-files.ts';
import { certifyAttestationKey, fingerprintOf } from './certify-attestation-key.ts';

let hospital: AttestedHospital;
let attestor: Attestor;
let honest: TpmRequest;

beforeAll(async () => {
  hospital = await AttestedHospital.start({ unknown: true });
  const held = hospital.keys.keyStore.attestor;
  if (held === null) throw new Error('expected keys in the TPM');
  attestor = held;
  const leaf = leafOf(hospital.keys);
  const keys = await attestor.certifyIdentityKey(parseCertificate(leaf).publicKeySpki, await certificationNonce(leaf));
  honest = { ...keys, endorsementKey: await attestor.endorsementKey() };
});

afterAll(() => hospital.remove());

function client() {
  const { url, authority } = hospital.authority;
  return createEstClient({ url, fetch: rootedFetch(authority.rootCertificate) });
}

const challenge = (request: TpmRequest) => client().tpmChallenge(encodeTpmRequest(request), holderOf(hospital.keys));

/** Keys beside the hospital's own, in the same TPM. */
function inTheTpm<T>(work: (root: StorageRoot) => Promise<T>): Promise<T> {
  return withTpm(hospital.tpm.address, async (tpm) =>
    work(await openStorageRoot(tpm, await provisionStorageRoot(tpm))),
  );
}

test('the TPM of nobody that was approved gets no challenge', async () => {
  await expect(challenge(honest)).rejects.toMatchObject({ code: 'tpm-not-approved' });
});

test('an approved one gets a certificate for its attestation key, for this hospital and this purpose', async () => {
  await hospital.approve();
  const secret = await attestor.activate(await challenge(honest));
  const proof = encodeTpmProof(honest.attestationKey, secret);
  const certificate = parseCertificate(await client().attestationKeyEnroll(proof, holderOf(hospital.keys)));
  expect(certificate.publicKeySpki).toEqual(attestor.attestationKey);
  expect(certificate.names).toEqual([{ kind: 'uri', value: 'urn:vitalseal:hospital:h1' }]);
  expect(certificate.purposes).toHaveLength(1);
  // The secret was for once.
  await expect(client().attestationKeyEnroll(proof, holderOf(hospital.keys))).rejects.toMatchObject({
    code: 'tpm-refused',
  });
});

test('whoever guesses what is in the challenge gets none', async () => {
  await challenge(honest);
  const proof = encodeTpmProof(honest.attestationKey, randomBytes(32));
  await expect(client().attestationKeyEnroll(proof, holderOf(hospital.keys))).rejects.toMatchObject({
    code: 'tpm-refused',
  });
});

test('an identity key in software is found out: no TPM states that it is in it', async () => {
  const soft = await AttestedHospital.start({ keys: 'software' });
  try {
    const leaf = leafOf(soft.keys);
    const nonce = await certificationNonce(leaf);
    // The hospital has a TPM as well, only its identity key is not in it. Whatever it states, it is of another key.
    const request = await withTpm(soft.tpm.address, async (tpm) => {
      const root = await openStorageRoot(tpm, await provisionStorageRoot(tpm));
      const key = await createAttestationKey(root);
      const another = await createSigningKey(root);
      const certification = await certify(root, key, another, nonce);
      const endorsementKey = await readEndorsementKey(tpm);
      return { endorsementKey, attestationKey: key.publicPart, identityKey: another.publicPart, certification };
    });
    const { url, authority } = soft.authority;
    const asking = createEstClient({ url, fetch: rootedFetch(authority.rootCertificate) });
    await expect(asking.tpmChallenge(encodeTpmRequest(request), holderOf(soft.keys))).rejects.toMatchObject({
      code: 'tpm-refused',
    });
    // With a public area of its own that says otherwise.
    const point = parseCertificate(leaf).publicKeySpki.slice(-64);
    const identityKey = request.identityKey.slice();
    identityKey.set(point.subarray(0, 32), identityKey.length - 66);
    identityKey.set(point.subarray(32), identityKey.length - 32);
    await expect(
      asking.tpmChallenge(encodeTpmRequest({ ...request, identityKey }), holderOf(soft.keys)),
    ).rejects.toMatchObject({ code: 'tpm-refused' });
  } finally {
    await soft.remove();
  }
});

test('a key that signs anything is no attestation key, though its statement verifies', async () => {
  const { attest } = honest.certification;
  const request = await inTheTpm(async (root) => {
    const key = await createSigningKey(root);
    const signature = await signWith(root, key, attest);
    return { ...honest, attestationKey: key.publicPart, certification: { attest, signature } };
  });
  await expect(challenge(request)).rejects.toMatchObject({ code: 'tpm-refused' });
});

test('a statement for another certificate, a forged signature and rubbish are refused', async () => {
  const { attest, signature } = honest.certification;
  const forged = signature.slice();
  forged[40] = (forged[40] ?? 0) ^ 1;
  const spki = parseCertificate(leafOf(hospital.keys)).publicKeySpki;
  const stale = await attestor.certifyIdentityKey(spki, randomBytes(32));
  const requests: TpmRequest[] = [
    { ...honest, certification: { attest, signature: forged } },
    { ...honest, certification: { attest: attest.slice(0, -1), signature } },
    { ...honest, certification: stale.certification },
    { ...honest, attestationKey: honest.identityKey },
    { ...honest, identityKey: honest.attestationKey },
    { ...honest, attestationKey: randomBytes(90) },
  ];
  for (const request of requests) await expect(challenge(request)).rejects.toMatchObject({ code: 'tpm-refused' });
});

test('nobody but a hospital that holds its key is heard', async () => {
  const { authority } = hospital.authority;
  const request = encodeTpmRequest(honest);
  const certificate = leafOf(hospital.keys);
  const withProof = (proof: HolderProof) => authority.challengeTpm(request, proof, makeCredential);
  const sign = (octets: Bytes) => hospital.keys.identityKey.sign(octets);
  const forAnother = await sign(proofInput('identity', request));
  await expect(withProof({ kind: 'signature', certificate, signature: forAnother })).rejects.toMatchObject({
    code: 'tpm-refused',
  });
  const patient = await hospital.authority.enrol({ role: 'patient', id: 'anna' });
  const [leaf = new Uint8Array(0)] = patient.certificateChain;
  const signature = await patient.sign(proofInput('tpm', request));
  await expect(withProof({ kind: 'signature', certificate: leaf, signature })).rejects.toMatchObject({
    code: 'tpm-refused',
  });
});

test('a TPM that the operator trusts no more gets no certificate, and what it has is revoked', async () => {
  const other = await AttestedHospital.start();
  try {
    const { authority } = other.authority;
    const held = other.keys.keyStore.attestor;
    if (held === null) throw new Error('expected keys in the TPM');
    const fingerprint = await fingerprintOf(held);
    const [leaf] = readAttestationChain(other.dataDir) ?? [];
    const revoked = await authority.withdrawTpm(other.identity, fingerprint);
    expect(revoked).toEqual([parseCertificate(leaf ?? new Uint8Array(0)).serial]);
    await expect(certifyAttestationKey(other.dataDir, held, other.keys)).rejects.toMatchObject({
      code: 'tpm-not-approved',
    });
    // Approving it again changes nothing.
    await authority.approveTpm(other.identity, fingerprint);
    await expect(certifyAttestationKey(other.dataDir, held, other.keys)).rejects.toMatchObject({
      code: 'tpm-not-approved',
    });
  } finally {
    await other.remove();
  }
});

test("an attestation key's certificate dies with the hospital's", async () => {
  const { authority } = hospital.authority;
  await hospital.prepare();
  await authority.revoke({ serial: parseCertificate(leafOf(hospital.keys)).serial });
  const states = (await authority.list()).filter(({ kind }) => kind === 'attestation-key').map(({ state }) => state);
  expect(states.length).toBeGreaterThan(0);
  expect(new Set(states)).toEqual(new Set(['revoked']));
  await expect(challenge(honest)).rejects.toMatchObject({ code: 'revoked' });
});
