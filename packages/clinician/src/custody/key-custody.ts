// Who holds this device's key. In a page it is made non-extractable and lives in IndexedDB: the page can sign with it
// and nobody, the page included, can read it. Certificates lie beside it; no reading ever does.
import type { KeyPair, WebKey } from '@vitalseal/certifying-authority';
import type { Bytes, Identity } from '@vitalseal/protocol';

export interface DeviceCredential {
  readonly identity: Identity;
  readonly privateKey: WebKey;
  /** DER, leaf first, without the root. */
  readonly chain: readonly Bytes[];
  /** DER; pinned by the sign-in link. */
  readonly root: Bytes;
  /** Of a sign-in by passkey; absent where a one-time link certified the device. */
  readonly session?: DeviceSession;
}

export interface DeviceSession {
  readonly id: string;
  /** The person's. */
  readonly name: string;
  /** UTC ms; the certificate ends then. */
  readonly expiresAt: number;
}

export interface KeyCustody {
  /**
   * The P-256 key pair for an enrolment, kept before it is used: a one-time code answers to the first key that claims
   * it, so an enrolment that broke off is taken up with the same key.
   */
  keyFor(identity: Identity): Promise<KeyPair>;
  /** A P-256 key pair for a session that is about to begin. It is nobody's until it is kept. */
  newKey(): Promise<KeyPair>;
  load(): Promise<DeviceCredential | undefined>;
  /** Keeps the credential; the key that was made for it is now its. */
  keep(credential: DeviceCredential): Promise<void>;
  /** The credential and its key are gone; the root that is trusted stays. */
  forget(): Promise<void>;
  /** Fingerprint of the root that this device believes since its invitation, or since it first came in. */
  trustedRoot(): Promise<string | undefined>;
  trustRoot(fingerprint: string): Promise<void>;
}
