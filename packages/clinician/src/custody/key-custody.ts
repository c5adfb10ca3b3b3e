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
}

export interface KeyCustody {
  /**
   * The P-256 key pair for an enrolment, kept before it is used: a one-time code answers to the first key that claims
   * it, so an enrolment that broke off is taken up with the same key.
   */
  keyFor(identity: Identity): Promise<KeyPair>;
  load(): Promise<DeviceCredential | undefined>;
  /** Keeps the credential; the key of the enrolment is now its. */
  keep(credential: DeviceCredential): Promise<void>;
  forget(): Promise<void>;
}
