// Certificates (RFC 5280), path validation, revocation, and enrolment by EST (RFC 7030): the paper's certifying authority.

export { type ActivationLink, activationLink, parseActivationLink } from './activation/activation-link.ts';
export {
  type AttestationSigner,
  type Attested,
  parseAttestation,
  signAttestation,
} from './attestation/attestation.ts';
export {
  attestationMediaType,
  attestationNonce,
  attestationPath,
  decodeAttestationRequest,
  decodeEvidence,
  encodeAttestationRequest,
  encodeEvidence,
  type HospitalEvidence,
  type HospitalQuestion,
  identityKeyNonce,
  maximumEvidence,
} from './attestation/evidence.ts';
export type { KeyStatement } from './attestation/key-in-tpm.ts';
export {
  decodeManifest,
  fileHash,
  type ManifestFile,
  type ReleaseManifest,
  releaseOf,
} from './attestation/manifest.ts';
export {
  decodePageRelease,
  encodePageRelease,
  expectNewer,
  maximumPageRelease,
  type PageRelease,
  type PageReleaseQuestion,
  type ValidPageRelease,
  verifyPageRelease,
} from './attestation/page-release.ts';
export { type Release, releaseNumber } from './attestation/release.ts';
export {
  type AttestationQuestion,
  type AttestationReading,
  readAttestation,
  type ValidAttestation,
  verifyAttestation,
} from './attestation/verify-attestation.ts';
export { type EvidenceReading, type VerifiedHospital, verifyEvidence } from './attestation/verify-evidence.ts';
export { Authority, type AuthorityOptions, type ListedCertificate, type ListOptions } from './authority/authority.ts';
export {
  type AuthorityStore,
  type IndexKind,
  indexKinds,
  type RecordKind,
  recordKinds,
} from './authority/authority-store.ts';
export type { Invitation, InvitationOptions } from './authority/enrolment.ts';
export { type HolderProof, type ProofPurpose, proofInput } from './authority/holder-proof.ts';
export { memoryStore } from './authority/memory-store.ts';
export { isRegistrationAuthority, registersStaff } from './authority/registration.ts';
export type { RevocationTarget } from './authority/revocation.ts';
export type { MakeCredential, TpmChallenge } from './authority/tpm-certification.ts';
export { certificationNonce, encodeTpmProof, encodeTpmRequest, type TpmRequest } from './authority/tpm-request.ts';
export { commonNameOf } from './certificate/distinguished-name.ts';
export {
  createIssuing,
  createRoot,
  type IdentityCertificateOptions,
  type Issuer,
  type IssuingOptions,
  issueCertificate,
  issueReleaseSigner,
  issueServerCertificate,
  type RootOptions,
  type ServerCertificateOptions,
  type Validity,
} from './certificate/issue.ts';
export { type Certificate, parseCertificate } from './certificate/parse-certificate.ts';
export { fingerprint, x5t } from './certificate/thumbprint.ts';
export { decodeCertsOnly, encodeCertsOnly } from './certs-only/certs-only.ts';
export { type CredentialVerifierOptions, credentialVerifier } from './credential/credential-verifier.ts';
export { KnownChains } from './credential/known-chains.ts';
export { type OwnCredentialOptions, ownCredential } from './credential/own-credential.ts';
export { decodePem, encodePem, type PemLabel } from './encoding/pem.ts';
export { CertificateError, type CertificateErrorCode, certificateErrorCodes } from './errors.ts';
export { bootstrapTrust, type Trust } from './est/bootstrap-trust.ts';
export { type Enrolled, enrol, enrolRequest, register, registerStaff, renew } from './est/enrol.ts';
export { type CertificateHolder, createEstClient, type EstClient, type EstFetch } from './est/est-client.ts';
export { type EstRequest, type EstResponse, EstService, maximumEstBody } from './est/est-service.ts';
export { type RevocationWatch, type RevocationWatchOptions, watchRevocations } from './est/watch-revocations.ts';
export {
  exportPrivateKey,
  exportPublicKey,
  generateKeyPair,
  importPrivateKey,
  type KeyPair,
  type WebKey,
} from './key/key-pair.ts';
export { type PathQuestion, PathValidator, type ValidCertificate, validatePath } from './path/path-validator.ts';
export type { IsRevoked } from './path/valid-at.ts';
export { createRequest, createServerRequest, type HeldKey } from './request/create-request.ts';
export { type VerifiedRequest, verifyRequest } from './request/verify-request.ts';
export { buildCrl, type CrlContent, type RevokedSerial } from './revocation-list/build-crl.ts';
export { expectFresh, type RevocationList, readCrl } from './revocation-list/read-crl.ts';
