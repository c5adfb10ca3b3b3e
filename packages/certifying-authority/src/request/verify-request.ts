// Certification requests (PKCS #10, RFC 2986), the authority's side: the signature proves that whoever asks holds the
// key, so that nobody is certified for a key that is another's.
import type { Bytes } from '@vitalseal/protocol';
import { ExtensionSet, readExtensions } from '../certificate/extensions.ts';
import { type GeneralName, readGeneralNames } from '../certificate/general-names.ts';
import { isIdentifier } from '../der/object-identifiers.ts';
import { type DerElement, DerReader, derTag, malformed } from '../der/reader.ts';
import { objectIdentifier, smallInteger } from '../der/values.ts';
import { CertificateError } from '../errors.ts';
import { readPublicKey, verifyingKey } from '../key/public-key.ts';
import { expectSignature, readSignedStructure } from '../key/signature.ts';

export const maximumRequestLength = 4096;

export interface VerifiedRequest {
  readonly publicKeySpki: Bytes;
  /** The alternative names it asks for; undefined where it leaves them to the authority. */
  readonly names: readonly GeneralName[] | undefined;
}

/** @throws CertificateError */
export async function verifyRequest(csr: Bytes): Promise<VerifiedRequest> {
  if (csr.length > maximumRequestLength) {
    throw new CertificateError('too-large', `expected a request of at most ${maximumRequestLength} octets`);
  }
  const signed = readSignedStructure(csr, 'a certification request');
  const reader = new DerReader(signed.toBeSigned.content);
  if (smallInteger(reader.next(derTag.integer, 'the version'), 'the version') !== 0)
    throw malformed('expected a request of version 1');
  reader.next(derTag.sequence, 'the subject');
  const publicKeySpki = readPublicKey(reader.next(derTag.sequence, 'the public key'));
  const names = readAttributes(reader.next(0xa0, 'the attributes'));
  reader.end('the attributes');
  await expectSignature(signed, await verifyingKey(publicKeySpki), 'a certification request');
  return { publicKeySpki, names };
}

/** Only the extension request counts; other attributes (a challenge password) are allowed and ignored. */
function readAttributes(attributes: DerElement): readonly GeneralName[] | undefined {
  const reader = new DerReader(attributes.content);
  const seen = new Set<string>();
  let names: readonly GeneralName[] | undefined;
  while (!reader.done) {
    const attribute = new DerReader(reader.next(derTag.sequence, 'an attribute').content);
    const type = objectIdentifier(attribute.next(derTag.objectIdentifier, 'an attribute type'));
    const values = attribute.next(derTag.set, 'attribute values');
    attribute.end('attribute values');
    if (seen.has(type)) throw malformed('expected each attribute at most once');
    seen.add(type);
    if (isIdentifier(type, 'extensionRequest')) names = readRequestedNames(values);
  }
  return names;
}

function readRequestedNames(values: DerElement): readonly GeneralName[] | undefined {
  const reader = new DerReader(values.content);
  const requested = reader.next(derTag.sequence, 'the requested extensions');
  reader.end('the requested extensions');
  const names = new ExtensionSet(readExtensions(requested.raw)).take('subjectAltName');
  return names === undefined ? undefined : readGeneralNames(names.value);
}
