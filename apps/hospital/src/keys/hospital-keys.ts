/** What the hospital proves itself with: its key and certificate for the handshake, and its listeners' for TLS. */
import type { WebKey } from '@vitalseal/certifying-authority';
import type { Bytes, Identity } from '@vitalseal/protocol';

export interface HospitalKeys {
  readonly identity: Identity;
  /** DER, leaf first, without the root. */
  readonly chain: readonly Bytes[];
  readonly privateKey: WebKey;
  /** Roots, DER. */
  readonly anchors: readonly Bytes[];
  /** PEM. Another key than the one above: a listener's key cannot speak as the hospital. */
  readonly tls: { readonly key: string; readonly cert: string };
}
