// Names of issuers and subjects (RFC 5280 section 4.1.2.4). They are compared octet by octet: stricter than the RFC's
// case folding, and all names under one of our roots are written by this file.
import type { Bytes } from '@vitalseal/protocol';
import { dottedIdentifiers, isIdentifier } from '../der/object-identifiers.ts';
import { DerReader, derTag, readSingle } from '../der/reader.ts';
import { objectIdentifier } from '../der/values.ts';
import { derElement, derObjectIdentifier, derSequence, derSetOf } from '../der/writer.ts';
import { utf8 } from '../encoding/text.ts';
import { CertificateError } from '../errors.ts';

/** A leaf's subject: its identity stands in the alternative name and nowhere else, so that no two can disagree. */
export const emptyName: Bytes = derSequence();

/** @throws CertificateError `malformed` if the name is not 1 to 64 characters (RFC 5280's ub-common-name) */
export function nameOf(commonName: string): Bytes {
  if (commonName.length === 0 || commonName.length > 64 || /\p{Cc}/u.test(commonName)) {
    throw new CertificateError('malformed', 'expected a name of 1 to 64 characters');
  }
  const attribute = derSequence(
    derObjectIdentifier(dottedIdentifiers.commonName),
    derElement(derTag.utf8String, utf8(commonName)),
  );
  return derSequence(derSetOf(attribute));
}

export function isEmptyName(name: Bytes): boolean {
  return name.length === emptyName.length;
}

/** The common name, if the name is one of ours; for showing to people, never for deciding. */
export function commonNameOf(name: Bytes): string | undefined {
  const set = new DerReader(readSingle(name, derTag.sequence, 'a name').content).optional(derTag.set, 'a name part');
  if (set === undefined) return undefined;
  const attribute = new DerReader(new DerReader(set.content).next(derTag.sequence, 'an attribute').content);
  const type = objectIdentifier(attribute.next(derTag.objectIdentifier, 'an attribute type'));
  const value = attribute.any('an attribute value');
  return isIdentifier(type, 'commonName') ? new TextDecoder().decode(value.content) : undefined;
}
