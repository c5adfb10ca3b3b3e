// Certificates (RFC 5280 section 4.1), read into what path validation needs. Whatever our profile does not have
// (version 1, unique identifiers, another algorithm) is refused here, before anything is compared or verified.
import { type Bytes, bytesToHex } from '@vitalseal/protocol';
import { DerReader, derTag, malformed } from '../der/reader.ts';
import { readTime } from '../der/time.ts';
import { smallInteger, unsignedInteger } from '../der/values.ts';
import { CertificateError } from '../errors.ts';
import { readPublicKey } from '../key/public-key.ts';
import { expectSignatureAlgorithm, readSignedStructure, type SignedStructure } from '../key/signature.ts';
import { type CertificateExtensions, interpretExtensions, readExtensions } from './extensions.ts';

/** Octets; ours have about 400. The bound keeps a hostile chain cheap. */
export const maximumCertificateLength = 4096;

export interface Certificate extends CertificateExtensions {
  readonly der: Bytes;
  readonly signed: SignedStructure;
  /** Hexadecimal, lower case, without the sign octet. */
  readonly serial: string;
  /** DER names. */
  readonly issuer: Bytes;
  readonly subject: Bytes;
  /** UTC milliseconds, both inclusive. */
  readonly notBefore: number;
  readonly notAfter: number;
  readonly publicKeySpki: Bytes;
}

const version3 = 2;

/** @throws CertificateError */
export function parseCertificate(der: Bytes): Certificate {
  if (der.length > maximumCertificateLength) {
    throw new CertificateError('too-large', `expected a certificate of at most ${maximumCertificateLength} octets`);
  }
  const signed = readSignedStructure(der, 'a certificate');
  const reader = new DerReader(signed.toBeSigned.content);
  expectVersion3(reader);
  const serial = readSerial(reader);
  expectSignatureAlgorithm(reader.next(derTag.sequence, 'the inner algorithm'), 'a certificate');
  const issuer = reader.next(derTag.sequence, 'the issuer').raw;
  const validity = new DerReader(reader.next(derTag.sequence, 'the validity').content);
  const notBefore = readTime(validity, 'the start of validity');
  const notAfter = readTime(validity, 'the end of validity');
  validity.end('the validity');
  const subject = reader.next(derTag.sequence, 'the subject').raw;
  const publicKeySpki = readPublicKey(reader.next(derTag.sequence, 'the public key'));
  const extensions = interpretExtensions(readExtensions(reader.next(0xa3, 'the extensions').content));
  reader.end('the extensions');
  return { der, signed, serial, issuer, subject, notBefore, notAfter, publicKeySpki, ...extensions };
}

function expectVersion3(reader: DerReader): void {
  const inner = new DerReader(reader.next(0xa0, 'the version').content);
  const version = smallInteger(inner.next(derTag.integer, 'the version'), 'the version');
  inner.end('the version');
  if (version !== version3) throw malformed('expected a certificate of version 3');
}

/** Section 4.1.2.2: positive, at most 20 octets. */
export function readSerial(reader: DerReader): string {
  const octets = unsignedInteger(reader.next(derTag.integer, 'the serial number'), 'the serial number');
  if (octets.length > 20 || (octets.length === 1 && octets[0] === 0)) {
    throw malformed('expected a serial number of 1 to 20 octets, not zero');
  }
  return bytesToHex(octets);
}
