// GeneralNames (RFC 5280 section 4.2.1.6): the names a certificate is for. An identity is one URI; a server has DNS
// names and addresses.
import { type Bytes, type Identity, parseIdentity } from '@vitalseal/protocol';
import { DerReader, derTag, malformed, readSingle } from '../der/reader.ts';
import { asciiText } from '../der/values.ts';
import { derElement, derSequence } from '../der/writer.ts';
import { utf8 } from '../encoding/text.ts';
import { CertificateError } from '../errors.ts';
import { formatAddress, parseAddress } from './ip-address.ts';

export type GeneralName =
  | { readonly kind: 'uri'; readonly value: string }
  | { readonly kind: 'dns'; readonly value: string }
  | { readonly kind: 'ip'; readonly value: string }
  | { readonly kind: 'other' };

const tags = { dns: 0x82, uri: 0x86, ip: 0x87 } as const;
const maximumNames = 16;

export function readGeneralNames(der: Bytes): GeneralName[] {
  const reader = new DerReader(readSingle(der, derTag.sequence, 'the alternative names').content);
  const names: GeneralName[] = [];
  while (!reader.done) {
    if (names.length === maximumNames) throw malformed(`expected at most ${maximumNames} alternative names`);
    names.push(readGeneralName(reader));
  }
  if (names.length === 0) throw malformed('expected an alternative name');
  return names;
}

function readGeneralName(reader: DerReader): GeneralName {
  const { tag, content } = reader.any('an alternative name');
  if (tag === tags.uri) return { kind: 'uri', value: asciiText(content, 'a URI') };
  if (tag === tags.dns) return { kind: 'dns', value: asciiText(content, 'a DNS name') };
  if (tag === tags.ip) return { kind: 'ip', value: formatAddress(content) };
  return { kind: 'other' };
}

export function encodeGeneralNames(names: readonly GeneralName[]): Bytes {
  return derSequence(...names.map(encodeGeneralName));
}

function encodeGeneralName(name: GeneralName): Bytes {
  if (name.kind === 'other') throw malformed('expected a URI, a DNS name or an address');
  if (name.kind === 'ip') return derElement(tags.ip, parseAddress(name.value));
  return derElement(tags[name.kind], utf8(name.value));
}

/**
 * One role a certificate: exactly one alternative name, and it is an identity. Two would let the reader choose.
 * @throws CertificateError `identity-missing`
 */
export function identityOf(names: readonly GeneralName[] | undefined): Identity {
  const [name] = names ?? [];
  if (names?.length !== 1 || name?.kind !== 'uri') {
    throw new CertificateError('identity-missing', 'expected exactly one alternative name, a vitalseal identity');
  }
  try {
    return parseIdentity(name.value);
  } catch (cause) {
    throw new CertificateError('identity-missing', 'expected the alternative name to be a vitalseal identity', {
      cause,
    });
  }
}
