// Certificates (RFC 5280 section 4.1): the one place that signs them.
import { type Bytes, hexToBytes } from '@vitalseal/protocol';
import { dottedIdentifiers, type KnownIdentifier } from '../der/object-identifiers.ts';
import { encodeTime } from '../der/time.ts';
import {
  derElement,
  derInteger,
  derNamedBits,
  derObjectIdentifier,
  derOctetString,
  derSequence,
  derTrue,
  derUnsigned,
} from '../der/writer.ts';
import type { WebKey } from '../key/key-pair.ts';
import { signatureAlgorithm, signStructure } from '../key/signature.ts';
import { encodeGeneralNames, type GeneralName } from './general-names.ts';

export interface CertificateContent {
  /** Hexadecimal. */
  readonly serial: string;
  readonly issuer: Bytes;
  readonly subject: Bytes;
  readonly notBefore: number;
  readonly notAfter: number;
  readonly publicKeySpki: Bytes;
  /** Encoded extensions, from the functions below. */
  readonly extensions: readonly Bytes[];
}

export async function buildCertificate(content: CertificateContent, issuerKey: WebKey): Promise<Bytes> {
  const toBeSigned = derSequence(
    derElement(0xa0, derInteger(2)),
    derUnsigned(hexToBytes(content.serial)),
    signatureAlgorithm,
    content.issuer,
    derSequence(encodeTime(content.notBefore), encodeTime(content.notAfter)),
    content.subject,
    content.publicKeySpki,
    derElement(0xa3, derSequence(...content.extensions)),
  );
  return signStructure(toBeSigned, issuerKey);
}

export function extension(name: KnownIdentifier, value: Bytes, { critical = false } = {}): Bytes {
  return derSequence(
    derObjectIdentifier(dottedIdentifiers[name]),
    ...(critical ? [derTrue()] : []),
    derOctetString(value),
  );
}

export function basicConstraints(pathLength: number | undefined): Bytes {
  const limit = pathLength === undefined ? [] : [derInteger(pathLength)];
  return extension('basicConstraints', derSequence(derTrue(), ...limit), { critical: true });
}

export function keyUsage(...bits: readonly number[]): Bytes {
  return extension('keyUsage', derNamedBits(bits), { critical: true });
}

export function subjectKeyIdentifier(identifier: Bytes): Bytes {
  return extension('subjectKeyIdentifier', derOctetString(identifier));
}

export function authorityKeyIdentifier(identifier: Bytes): Bytes {
  return extension('authorityKeyIdentifier', derSequence(derElement(0x80, identifier)));
}

/** Critical, because the subject beside it is empty (section 4.2.1.6). */
export function subjectAltName(names: readonly GeneralName[]): Bytes {
  return extension('subjectAltName', encodeGeneralNames(names), { critical: true });
}

export type KeyPurpose =
  | 'serverAuth'
  | 'clientAuth'
  | 'codeSigning'
  | 'cmcRegistrationAuthority'
  | 'staffRegistration'
  | 'tcgAttestationKey';

export function extendedKeyUsage(...purposes: readonly KeyPurpose[]): Bytes {
  return extension(
    'extendedKeyUsage',
    derSequence(...purposes.map((purpose) => derObjectIdentifier(dottedIdentifiers[purpose]))),
  );
}
