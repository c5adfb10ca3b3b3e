// PEM (RFC 7468): certificates as people copy them and as TLS servers are configured.
import type { Bytes } from '@vitalseal/protocol';
import { malformed } from '../der/reader.ts';
import { decodeBase64, encodeBase64Lines } from './base64.ts';

export type PemLabel = 'CERTIFICATE' | 'CERTIFICATE REQUEST' | 'PRIVATE KEY' | 'X509 CRL';

export function encodePem(label: PemLabel, der: Bytes): string {
  return `-----BEGIN ${label}-----\n${encodeBase64Lines(der)}-----END ${label}-----\n`;
}

/** Every block of that label in the text, in order. */
export function decodePem(label: PemLabel, text: string): Bytes[] {
  const blocks = text.matchAll(new RegExp(`-----BEGIN ${label}-----([A-Za-z0-9+/=\\s]*)-----END ${label}-----`, 'g'));
  const ders = Array.from(blocks, ([, body = '']) => decodeBase64(body.replace(/\s/g, '')));
  if (ders.length === 0) throw malformed(`expected a PEM block "${label}"`);
  return ders;
}
