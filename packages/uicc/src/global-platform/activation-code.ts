// What takes a fresh card into the care of a hospital, and nothing else beside it: where the hospital administers cards,
// the name under which it waits for this one, and a secret that only the two of them will have had. It stands on paper
// or in a QR code, is typed in once, and is worth nothing once the card's first script has replaced the key made of it.

import { fromHex, join, octets, sameBytes, toHex, unsigned } from '../bytes.ts';
import type { Bytes } from '../card.ts';
import { UiccError } from '../errors.ts';
import { decodeBase32, encodeBase32 } from './base32.ts';
import { crc32 } from './crc32.ts';

export interface ActivationCode {
  /** DNS name or IP address of the hospital's listener for devices. */
  readonly host: string;
  readonly port: number;
  /** The card's name in its administration: 16 hexadecimal digits in lower case. */
  readonly administrationId: string;
  /** 16 random bytes. */
  readonly secret: Bytes;
}

const prefix = 'VS1-';
const idLength = 8;
const secretLength = 16;
const checksumLength = 4;
const maxTypedLength = 400;
const hostShape = /^(?=.{1,100}$)(?:[A-Za-z0-9](?:[A-Za-z0-9.-]*[A-Za-z0-9])?|[0-9A-Fa-f:]{2,45})$/;
const idShape = /^[0-9a-f]{16}$/;
const subtle = globalThis.crypto.subtle;
const utf8 = new TextEncoder();

/** `VS1-` and groups of five. @throws UiccError `activation-code-malformed` */
export function encodeActivationCode({ host, port, administrationId, secret }: ActivationCode): string {
  if (!hostShape.test(host) || !Number.isInteger(port) || port < 1 || port > 0xffff) throw malformed();
  if (!idShape.test(administrationId) || secret.length !== secretLength) throw malformed();
  const name = utf8.encode(host);
  const content = join(name.length, name, octets(port, 2), fromHex(administrationId), secret);
  const text = encodeBase32(join(content, crc32(content)));
  return prefix + text.replace(/.{5}(?=.)/g, '$&-');
}

/** As a person types it: any case, with or without hyphens and spaces. @throws UiccError `activation-code-malformed` */
export function decodeActivationCode(typed: string): ActivationCode {
  if (typed.length > maxTypedLength) throw malformed();
  const text = typed
    .toUpperCase()
    .replace(/[-\s]/g, '')
    .replace(/^VS[IL]/, 'VS1');
  const bytes = text.startsWith('VS1') ? decodeBase32(text.slice(3)) : undefined;
  const hostLength = bytes?.[0] ?? 0;
  const contentLength = 1 + hostLength + 2 + idLength + secretLength;
  if (!bytes || bytes.length !== contentLength + checksumLength) throw malformed();
  const content = bytes.slice(0, contentLength);
  if (!sameBytes(crc32(content), bytes.subarray(contentLength))) throw malformed();
  const [portAt, idAt, secretAt] = [1 + hostLength, 3 + hostLength, 3 + hostLength + idLength];
  const host = String.fromCharCode(...content.subarray(1, portAt));
  const port = unsigned(content.subarray(portAt, idAt));
  if (!hostShape.test(host) || port === 0) throw malformed();
  return { host, port, administrationId: toHex(content.subarray(idAt, secretAt)), secret: content.slice(secretAt) };
}

/**
 * The pre-shared key that card and hospital make of the code: HKDF-SHA-256 (RFC 5869), bound to the card's name, so that
 * a secret given out twice by mistake still is not one key for two cards.
 * @returns 32 bytes
 */
export async function activationKey({ administrationId, secret }: ActivationCode): Promise<Bytes> {
  const base = await subtle.importKey('raw', secret, 'HKDF', false, ['deriveBits']);
  const salt = utf8.encode(administrationId);
  const info = utf8.encode('vitalseal card administration key v1');
  return new Uint8Array(await subtle.deriveBits({ name: 'HKDF', hash: 'SHA-256', salt, info }, base, 256));
}

function malformed(): UiccError {
  return new UiccError('activation-code-malformed', 'expected an activation code of a card, as it was given out');
}
