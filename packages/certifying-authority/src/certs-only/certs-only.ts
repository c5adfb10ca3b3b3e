// Certs-only messages (RFC 5272 section 4.1, a CMS SignedData of RFC 5652 without content and signers): the form in
// which EST hands out certificates. Unsigned by design, so nothing in it is trusted for being in it.
import { type Bytes, hexToBytes } from '@vitalseal/protocol';
import { maximumCertificateLength } from '../certificate/parse-certificate.ts';
import { dottedIdentifiers, isIdentifier } from '../der/object-identifiers.ts';
import { DerReader, derTag, malformed, readSingle } from '../der/reader.ts';
import { objectIdentifier, smallInteger } from '../der/values.ts';
import { derElement, derInteger, derObjectIdentifier, derSequence, derSetOf } from '../der/writer.ts';
import { CertificateError } from '../errors.ts';

const maximumCertificates = 8;
export const maximumCertsOnlyLength = maximumCertificates * maximumCertificateLength + 256;
const emptySet = hexToBytes('3100');

export function encodeCertsOnly(certificates: readonly Bytes[]): Bytes {
  // SET OF orders its elements: the receiver may not read meaning into the order.
  const set = derSetOf(...certificates);
  const signedData = derSequence(
    derInteger(1),
    emptySet,
    derSequence(derObjectIdentifier(dottedIdentifiers.data)),
    derElement(0xa0, new DerReader(set).any('the certificates').content),
    emptySet,
  );
  return derSequence(derObjectIdentifier(dottedIdentifiers.signedData), derElement(0xa0, signedData));
}

/** The certificates, unparsed and in no order that means anything. @throws CertificateError */
export function decodeCertsOnly(der: Bytes): Bytes[] {
  if (der.length > maximumCertsOnlyLength)
    throw new CertificateError('too-large', 'expected a shorter certs-only message');
  const what = 'a certs-only message';
  const outer = new DerReader(readSingle(der, derTag.sequence, what).content);
  expectType(outer, 'signedData');
  const wrapped = outer.next(0xa0, what);
  outer.end(what);
  const reader = new DerReader(readSingle(wrapped.content, derTag.sequence, what).content);
  if (smallInteger(reader.next(derTag.integer, 'the version'), 'the version') !== 1)
    throw malformed('expected version 1');
  if (reader.next(derTag.set, 'the digest algorithms').content.length > 0)
    throw malformed('expected no digest algorithm');
  const content = new DerReader(reader.next(derTag.sequence, 'the content').content);
  expectType(content, 'data');
  content.end('the content');
  const certificates = readCertificates(reader.next(0xa0, 'the certificates').content);
  reader.optional(0xa1, 'the revocation lists');
  if (reader.next(derTag.set, 'the signers').content.length > 0) throw malformed('expected no signer');
  reader.end(what);
  return certificates;
}

function expectType(reader: DerReader, type: 'signedData' | 'data'): void {
  const found = objectIdentifier(reader.next(derTag.objectIdentifier, 'the content type'));
  if (!isIdentifier(found, type)) throw malformed(`expected content of type ${type}`);
}

function readCertificates(content: Bytes): Bytes[] {
  const reader = new DerReader(content);
  const certificates: Bytes[] = [];
  while (!reader.done) {
    if (certificates.length === maximumCertificates)
      throw malformed(`expected at most ${maximumCertificates} certificates`);
    certificates.push(reader.next(derTag.sequence, 'a certificate').raw);
  }
  return certificates;
}
