// Thumbprints: x5t (RFC 9360, SHA-256 cut to 64 bits) names a certificate in the handshake; the full SHA-256 pins a root.
import { type Bytes, bytesToHex, sha256 } from '@vitalseal/protocol';

/** COSE algorithm SHA-256/64 (RFC 9054): 8 octets. */
export async function x5t(certificate: Bytes): Promise<Bytes> {
  return (await sha256(certificate)).slice(0, 8);
}

/** SHA-256, 64 hexadecimal digits. */
export async function fingerprint(certificate: Bytes): Promise<string> {
  return bytesToHex(await sha256(certificate));
}
