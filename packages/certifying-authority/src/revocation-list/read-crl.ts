// Certificate revocation lists (RFC 5280 section 5), the relying side: complete, direct lists of an issuer that a root
// of ours vouches for. An indirect or partial list says so in a critical extension, and is refused by it.
import { type Bytes, equalBytes } from '@vitalseal/protocol';
import { ExtensionSet, keyUsageBit, readAuthorityKeyIdentifier, readExtensions } from '../certificate/extensions.ts';
import { type Certificate, readSerial } from '../certificate/parse-certificate.ts';
import { DerReader, derTag, malformed, readSingle } from '../der/reader.ts';
import { readTime } from '../der/time.ts';
import { smallInteger } from '../der/values.ts';
import { CertificateError } from '../errors.ts';
import { verifyingKey } from '../key/public-key.ts';
import { expectSignature, expectSignatureAlgorithm, readSignedStructure } from '../key/signature.ts';

/** Octets: about 100,000 revoked certificates. */
export const maximumCrlLength = 4 * 1024 * 1024;

export interface RevocationList {
  readonly der: Bytes;
  readonly number: number;
  /** UTC milliseconds. */
  readonly thisUpdate: number;
  readonly nextUpdate: number;
  /** Hexadecimal serial numbers. */
  readonly revoked: ReadonlySet<string>;
}

/**
 * @param issuer already validated to a root, at the time of reading
 * @throws CertificateError; freshness is the caller's question (`expectFresh`)
 */
export async function readCrl(der: Bytes, issuer: Certificate): Promise<RevocationList> {
  if (der.length > maximumCrlLength)
    throw new CertificateError('too-large', 'expected a revocation list of at most 4 MiB');
  const signed = readSignedStructure(der, 'a revocation list');
  const reader = new DerReader(signed.toBeSigned.content);
  if (smallInteger(reader.next(derTag.integer, 'the version'), 'the version') !== 1) {
    throw malformed('expected a revocation list of version 2');
  }
  expectSignatureAlgorithm(reader.next(derTag.sequence, 'the inner algorithm'), 'a revocation list');
  const name = reader.next(derTag.sequence, 'the issuer').raw;
  if (!equalBytes(name, issuer.subject))
    throw new CertificateError('issuer-mismatch', "expected the issuing authority's revocation list");
  if (issuer.keyUsage?.has(keyUsageBit.crlSign) !== true || issuer.authority === undefined) {
    throw new CertificateError('key-usage-refused', 'expected an issuer that may sign revocation lists');
  }
  // Before the entries are read: a list can be long, and reading it is only worth it for one that is genuine.
  await expectSignature(signed, await verifyingKey(issuer.publicKeySpki), 'a revocation list');
  const thisUpdate = readTime(reader, 'the time of the list');
  const nextUpdate = readTime(reader, 'the time of the next list');
  const entries = reader.optional(derTag.sequence, 'the revoked certificates');
  const revoked = entries === undefined ? new Set<string>() : readEntries(entries.content);
  const number = readListExtensions(reader.next(0xa0, 'the extensions of the list').content, issuer);
  reader.end('the extensions of the list');
  return { der, number, thisUpdate, nextUpdate, revoked };
}

/** @throws CertificateError `crl-stale` */
export function expectFresh({ thisUpdate, nextUpdate }: RevocationList, at: number): void {
  const clockSkew = 5 * 60_000;
  if (!(at >= thisUpdate - clockSkew && at < nextUpdate)) {
    throw new CertificateError('crl-stale', 'expected a revocation list between its time and that of the next');
  }
}

function readEntries(content: Bytes): Set<string> {
  const reader = new DerReader(content);
  const serials = new Set<string>();
  while (!reader.done) {
    const entry = new DerReader(reader.next(derTag.sequence, 'a revoked certificate').content);
    serials.add(readSerial(entry));
    readTime(entry, 'the time of a revocation');
    const extensions = entry.optional(derTag.sequence, 'the extensions of an entry');
    entry.end('a revoked certificate');
    if (extensions !== undefined) new ExtensionSet(readExtensions(extensions.raw)).expectNoCriticalLeft();
  }
  return serials;
}

function readListExtensions(content: Bytes, issuer: Certificate): number {
  const set = new ExtensionSet(readExtensions(content));
  const number = set.take('crlNumber');
  const authority = set.take('authorityKeyIdentifier');
  set.expectNoCriticalLeft();
  if (number === undefined) throw malformed('expected a numbered revocation list');
  const key = authority === undefined ? undefined : readAuthorityKeyIdentifier(authority);
  if (key !== undefined && issuer.subjectKeyIdentifier !== undefined && key !== issuer.subjectKeyIdentifier) {
    throw new CertificateError('issuer-mismatch', "expected the revocation list of the issuing authority's key");
  }
  return smallInteger(readSingle(number.value, derTag.integer, 'the number of the list'), 'the number of the list');
}
