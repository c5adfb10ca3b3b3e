// A TPM 2.0 client, and the hospital's keys on it.

export { type ConnectOptions, connectTpm } from './client/connect.ts';
export { type LeaseOptions, TpmLease, withTpm } from './client/lease.ts';
export { Tpm, type TpmLimits } from './client/tpm.ts';
export type { KeyBlob } from './commands/object.ts';
export { readPcr } from './commands/pcr.ts';
export type { Credential } from './commands/sealing.ts';
export type { SignedAttest } from './commands/signing.ts';
export { TpmError, type TpmErrorCode, tpmErrorCodes } from './errors.ts';
export { activateCredential, certify, createAttestationKey, quote } from './keys/attestation-key.ts';
export { advanceCounter, defineCounter, readCounter, removeCounter, usualCounterIndex } from './keys/counter.ts';
export {
  describeTpm,
  endorsementFingerprint,
  expectEndorsementKey,
  readEndorsementKey,
  type TpmDescription,
} from './keys/endorsement-key.ts';
export { decodeKeyBlob, encodeKeyBlob, spkiOf } from './keys/key-blob.ts';
export { makeCredential } from './keys/make-credential.ts';
export { extendOnce, isUsableRegister } from './keys/measure.ts';
export { extendedOnce, type PcrValues, pcrDigestOf, pcrPolicyDigest } from './keys/pcr-policy.ts';
export { readPcrs, sealUnderPcr, unsealUnderPcr } from './keys/sealed-secret.ts';
export { createSigningKey, signWith } from './keys/signing-key.ts';
export { openStorageRoot, provisionStorageRoot, type StorageRoot } from './keys/storage-root.ts';
export { usualReleaseRegister } from './structures/quote.ts';
export { parseTpmAddress, type TpmAddress } from './transport/address.ts';
