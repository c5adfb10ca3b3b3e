// What TLS 1.3 in the card is told (RFC 8446): the one suite and the one group that cost the fewest bytes on the link,
// and who the other end must be.

import { isIP } from 'node:net';
import type { ConnectionOptions } from 'node:tls';
import { encodePem } from '@vitalseal/certifying-authority';
import type { Bytes } from '@vitalseal/protocol';

/** The card's certificate for the hospital; the hospital must chain to an anchor in the card and carry the name. */
export interface CertificateSecurity {
  readonly kind: 'certificate';
  /** DER, leaf first, without the root. */
  readonly chain: readonly Bytes[];
  /** PKCS #8, DER. It does not leave the card's code. */
  readonly privateKey: Bytes;
  /** Roots, DER. */
  readonly anchors: readonly Bytes[];
  /** By serial number in hexadecimal. */
  readonly isRevoked?: (serial: string) => boolean;
}

/** A key that both ends hold already (psk_dhe_ke); no certificate is taken in its place. */
export interface PskSecurity {
  readonly kind: 'psk';
  readonly psk: Bytes;
  readonly identity: string;
}

export type TlsSecurity = CertificateSecurity | PskSecurity;

const leastBytes: ConnectionOptions = {
  minVersion: 'TLSv1.3',
  ciphers: 'TLS_AES_128_GCM_SHA256',
  // The default, a hybrid with ML-KEM, sends 1.2 kB more in the first message alone.
  ecdhCurve: 'X25519',
  sigalgs: 'ecdsa_secp256r1_sha256',
};

export function tlsOptions(security: TlsSecurity, name: string): ConnectionOptions {
  return security.kind === 'psk' ? pskOptions(security) : certificateOptions(security, name);
}

function certificateOptions({ chain, privateKey, anchors }: CertificateSecurity, name: string): ConnectionOptions {
  return {
    ...leastBytes,
    ca: anchors.map((der) => encodePem('CERTIFICATE', der)),
    cert: chain.map((der) => encodePem('CERTIFICATE', der)).join(''),
    key: encodePem('PRIVATE KEY', privateKey),
    // An address is no name to say in the clear (RFC 6066, section 3); it is looked for in the certificate all the same.
    ...(isIP(name) ? { host: name } : { servername: name }),
  };
}

function pskOptions({ psk, identity }: PskSecurity): ConnectionOptions {
  return {
    ...leastBytes,
    // A server that does not know the key falls back to its certificate: there is no anchor that would let it pass.
    ca: [],
    checkServerIdentity: () => new Error('expected a server that holds the key, not one with a certificate'),
    pskCallback: () => ({ psk, identity }),
  };
}
