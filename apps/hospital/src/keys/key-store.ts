/**
 * Where the hospital's keys are: in its TPM, as the paper has it, or in files where it was told so. Whoever uses a key asks
 * here for what it does, never for the key.
 */
import { createSecretKey, type KeyObject, randomBytes } from 'node:crypto';
import type { Bytes } from '@vitalseal/protocol';
import type { Credential, SignedAttest } from '@vitalseal/tpm';

/** A P-256 key that signs ES256 wherever it lies. */
export interface SigningKey {
  /** SubjectPublicKeyInfo, DER. */
  readonly spki: Bytes;
  /** r || s, 64 bytes. @throws HospitalError `keys-unavailable` */
  sign(toBeSigned: Bytes): Promise<Bytes>;
}

export interface WrappingKey {
  /** Counts up from 1. */
  readonly version: number;
  /** 32 bytes, of which each use derives its own. */
  readonly key: KeyObject;
}

/** @param before those there are */
export function newWrappingKey(before: readonly WrappingKey[] = []): WrappingKey {
  const version = Math.max(0, ...before.map((each) => each.version)) + 1;
  return { version, key: createSecretKey(randomBytes(32)) };
}

/** Cannot go back: what else has gone back can be told by it. */
export interface KeyCounter {
  read(): Promise<bigint>;
  /** @returns what it is then */
  advance(): Promise<bigint>;
}

/** How the place of the keys stands, as the last use of it found. */
export interface KeyState {
  readonly ok: boolean;
  /** Pieces of work that wait for their turn. */
  readonly waiting: number;
  /** An error code, or the TPM's own (`TPM_RC_LOCKOUT`). */
  readonly problem?: string;
}

/** A TPM that says, under a key that the authority certified, what was measured and which keys are in it. */
export interface Attestor {
  /** Of the attestation key: SubjectPublicKeyInfo. */
  readonly attestationKey: Bytes;
  /** SHA-256 of the release that runs, as it was measured. */
  release(): Promise<Bytes>;
  /** The endorsement key, which the authority's operator approves: its public area. */
  endorsementKey(): Promise<Bytes>;
  /** The register that holds the release's measurement is quoted. @param nonce 32 bytes @throws HospitalError `keys-unavailable` */
  quote(nonce: Bytes): Promise<SignedAttest>;
  /** The public areas of the attestation key and of an identity key, and the TPM's statement that the second is beside the first. */
  certifyIdentityKey(
    spki: Bytes,
    nonce: Bytes,
  ): Promise<{ attestationKey: Bytes; identityKey: Bytes; certification: SignedAttest }>;
  /** Opens what the authority closed for this TPM and its attestation key. */
  activate(challenge: Credential): Promise<Bytes>;
}

export interface KeyStore {
  readonly kind: 'tpm' | 'software';
  readonly state: KeyState;
  /** Looks how it stands; what it finds is `state`. */
  probe(): Promise<void>;
  /**
   * The key of the hospital's certificate: signs EDHOC, step 3, and what is asked of the certifying authority.
   * @param spki of the certificate: while a key is being replaced there are two
   * @throws HospitalError `keys-damaged`
   */
  identityKey(spki: Bytes): SigningKey;
  /** Signs the checkpoints of the audit log, and nothing else. */
  readonly auditKey: SigningKey;
  /** What wraps the keys of the data, newest first. Released once; then in memory. @throws HospitalError `keys-unavailable` */
  wrappingKeys(): Promise<readonly WrappingKey[]>;
  readonly counter: KeyCounter;
  /** States what is so in the TPM; null where the keys are in software, since nothing can state it. */
  readonly attestor: Attestor | null;
  /** Takes over what another process has replaced. */
  refresh(): Promise<void>;
  close(): Promise<void>;
}

/** What `vitalseal hospital init`, `rotate` and `recover` do with keys. */
export interface KeyCustody extends KeyStore {
  /** A new identity key beside the one that serves, to be certified; the same one again until it has taken over. */
  nextIdentityKey(serving: Bytes): Promise<SigningKey>;
  /** The new one serves: the others are forgotten. */
  retireIdentityKeys(serving: Bytes): Promise<void>;
  /** As `nextIdentityKey`: the log itself is to tell of the one that follows. */
  nextAuditKey(): Promise<SigningKey>;
  retireAuditKey(): Promise<void>;
  /** A newer one; the older ones stay until nothing is wrapped under them. */
  addWrappingKey(key: WrappingKey): Promise<void>;
  dropWrappingKeysBelow(version: number): Promise<void>;
  /** Those that were recovered, in place of what is there. */
  replaceWrappingKeys(keys: readonly WrappingKey[]): Promise<void>;
}
