// Names of TLS servers (RFC 6125): DNS names and addresses, no wildcard.
import { CertificateError } from '../errors.ts';
import type { GeneralName } from './general-names.ts';
import { formatAddress, isAddress, parseAddress } from './ip-address.ts';

const label = /^(?!-)[a-z0-9-]{1,63}(?<!-)$/;

/** @throws CertificateError `server-name-refused` */
export function serverName(text: string): GeneralName {
  const name = text.toLowerCase();
  try {
    if (isAddress(name)) return { kind: 'ip', value: formatAddress(parseAddress(name)) };
  } catch (cause) {
    throw new CertificateError('server-name-refused', 'expected a DNS name or an IP address', { cause });
  }
  const isDomain = name.length <= 253 && name.split('.').every((part) => label.test(part)) && !/^[\d.]+$/.test(name);
  if (!isDomain) throw new CertificateError('server-name-refused', 'expected a DNS name or an IP address');
  return { kind: 'dns', value: name };
}

/** @throws CertificateError `server-name-refused` */
export function serverNames(texts: readonly string[]): GeneralName[] {
  const names = texts.map(serverName);
  const unique = names.filter((name, index) => names.findIndex((other) => sameName(name, other)) === index);
  if (unique.length === 0 || unique.length > 16)
    throw new CertificateError('server-name-refused', 'expected 1 to 16 server names');
  return unique;
}

export function sameName(a: GeneralName, b: GeneralName): boolean {
  return a.kind !== 'other' && b.kind !== 'other' && a.kind === b.kind && a.value === b.value;
}
