// Certificate revocation lists (RFC 5280 section 5), version 2, complete, direct: the authority's side.
import { type Bytes, hexToBytes } from '@vitalseal/protocol';
import { authorityKeyIdentifier, extension } from '../certificate/build-certificate.ts';
import type { Issuer } from '../certificate/issue.ts';
import { parseCertificate } from '../certificate/parse-certificate.ts';
import { encodeTime } from '../der/time.ts';
import { derElement, derInteger, derSequence, derUnsigned } from '../der/writer.ts';
import { keyIdentifier } from '../key/public-key.ts';
import { signatureAlgorithm, signStructure } from '../key/signature.ts';

export interface RevokedSerial {
  /** Hexadecimal. */
  readonly serial: string;
  /** UTC milliseconds. */
  readonly revokedAt: number;
}

export interface CrlContent {
  /** Larger than any before (section 5.2.3). */
  readonly number: number;
  readonly thisUpdate: number;
  readonly nextUpdate: number;
  readonly revoked: readonly RevokedSerial[];
}

export async function buildCrl(
  { number, thisUpdate, nextUpdate, revoked }: CrlContent,
  issuer: Issuer,
): Promise<Bytes> {
  const { subject, publicKeySpki } = parseCertificate(issuer.certificate);
  const entries = revoked.map(({ serial, revokedAt }) =>
    derSequence(derUnsigned(hexToBytes(serial)), encodeTime(revokedAt)),
  );
  const extensions = derSequence(
    authorityKeyIdentifier(await keyIdentifier(publicKeySpki)),
    extension('crlNumber', derInteger(number)),
  );
  const toBeSigned = derSequence(
    derInteger(1),
    signatureAlgorithm,
    subject,
    encodeTime(thisUpdate),
    encodeTime(nextUpdate),
    // Section 5.1.2.6: left out when nothing is revoked.
    ...(entries.length === 0 ? [] : [derSequence(...entries)]),
    derElement(0xa0, extensions),
  );
  return signStructure(toBeSigned, issuer.privateKey);
}
