/**
 * Has the TPM's attestation key certified: the authority closes a secret for this TPM alone, the TPM opens it only if the
 * attestation key is in it, and with the secret comes the certificate.
 */
import {
  CertificateError,
  certificationNonce,
  createEstClient,
  decodePem,
  encodeTpmProof,
  encodeTpmRequest,
  parseCertificate,
} from '@vitalseal/certifying-authority';
import { rootedFetch } from '@vitalseal/certifying-authority/node';
import { equalBytes } from '@vitalseal/protocol';
import { endorsementFingerprint } from '@vitalseal/tpm';
import { hospitalFiles, readParticulars, requiredText } from '../keys/hospital-folder.ts';
import { type HospitalCredential, holderOf, leafOf } from '../keys/hospital-keys.ts';
import type { Attestor } from '../keys/key-store.ts';
import { readAttestationChain, writeAttestationChain } from './attestation-files.ts';

const renewalMarginMs = 30 * 86_400_000;

/** There is none yet, it runs out, or the TPM is another one than it was made for. */
export function isCertificationDue(dataDir: string, { attestationKey }: Attestor, now = Date.now()): boolean {
  const [leaf] = readAttestationChain(dataDir) ?? [];
  if (leaf === undefined) return true;
  const { notAfter, publicKeySpki } = parseCertificate(leaf);
  return notAfter - now < renewalMarginMs || !equalBytes(publicKeySpki, attestationKey);
}

/** @throws CertificateError `tpm-not-approved`, `est-unreachable`, …; HospitalError `keys-unavailable` */
export async function certifyAttestationKey(
  dataDir: string,
  attestor: Attestor,
  credential: HospitalCredential,
): Promise<void> {
  const [root] = decodePem('CERTIFICATE', requiredText(dataDir, hospitalFiles.root));
  const [, issuing] = credential.chain;
  if (root === undefined || issuing === undefined) {
    throw new CertificateError('chain-length', 'expected the certificates of the authority');
  }
  const client = createEstClient({ url: readParticulars(dataDir).authorityUrl, fetch: rootedFetch(root) });
  const holder = holderOf(credential);
  const leaf = leafOf(credential);
  const { publicKeySpki } = parseCertificate(leaf);
  const keys = await attestor.certifyIdentityKey(publicKeySpki, await certificationNonce(leaf));
  const endorsementKey = await attestor.endorsementKey();
  const challenge = await client.tpmChallenge(encodeTpmRequest({ ...keys, endorsementKey }), holder);
  const secret = await attestor.activate(challenge);
  const certificate = await client.attestationKeyEnroll(encodeTpmProof(keys.attestationKey, secret), holder);
  writeAttestationChain(dataDir, [certificate, issuing]);
}

/** What the authority's operator is told. @returns 64 hexadecimal digits */
export async function fingerprintOf(attestor: Attestor): Promise<string> {
  return Buffer.from(await endorsementFingerprint(await attestor.endorsementKey())).toString('hex');
}
