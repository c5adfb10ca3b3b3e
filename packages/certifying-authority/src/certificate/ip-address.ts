// IP addresses in alternative names (RFC 5280 section 4.2.1.6): 4 or 16 octets.
import type { Bytes } from '@vitalseal/protocol';
import { malformed } from '../der/reader.ts';

const dottedQuad = /^(25[0-5]|2[0-4]\d|1\d\d|[1-9]?\d)(\.(25[0-5]|2[0-4]\d|1\d\d|[1-9]?\d)){3}$/;

export function isAddress(text: string): boolean {
  return dottedQuad.test(text) || text.includes(':');
}

/** @throws CertificateError `malformed` */
export function parseAddress(text: string): Bytes {
  if (dottedQuad.test(text)) return Uint8Array.from(text.split('.').map(Number));
  const [head = '', tail, ...more] = text.split('::');
  const left = groups(head);
  const right = tail === undefined ? [] : groups(tail);
  const missing = 8 - left.length - right.length;
  if (more.length > 0 || (tail === undefined ? missing !== 0 : missing < 1)) throw malformed('expected an IP address');
  const all = [...left, ...Array.from({ length: missing }, () => 0), ...right];
  return Uint8Array.from(all.flatMap((group) => [group >> 8, group & 0xff]));
}

function groups(text: string): number[] {
  if (text === '') return [];
  return text.split(':').map((group) => {
    if (!/^[0-9a-fA-F]{1,4}$/.test(group)) throw malformed('expected an IP address');
    return Number.parseInt(group, 16);
  });
}

/** IPv6 in full, eight groups: it is compared and shown, never typed. */
export function formatAddress(octets: Bytes): string {
  if (octets.length === 4) return octets.join('.');
  if (octets.length !== 16) throw malformed('expected an IP address of 4 or 16 octets');
  return Array.from({ length: 8 }, (_, index) =>
    ((octets[2 * index] ?? 0) * 256 + (octets[2 * index + 1] ?? 0)).toString(16),
  ).join(':');
}
