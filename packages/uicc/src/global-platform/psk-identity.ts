// How card and server name the pre-shared key of an administration session in TLS (Amendment B section 3.3.2): text of
// hexadecimal digits, a chain of data objects. Naming the key's version lets the server know which of two keys a card
// has whose answer to PUT KEY was lost.

import { issuerSecurityDomainAid } from '../applications.ts';
import { fromHex, join, toHex } from '../bytes.ts';
import { decodeTlvs, encodeTlv } from '../tlv/index.ts';

export interface PskIdentity {
  /** The card's name: 16 hexadecimal digits in lower case. */
  readonly administrationId: string;
  /** 0x40 for the key of the activation code, 0x41 to 0x4f for those that PUT KEY brought. */
  readonly keyVersion: number;
}

/** Key versions of the protocol over HTTPS (SCP81). */
export const activationKeyVersion = 0x40;
export const lastKeyVersion = 0x4f;
export const pskKeyIdentifier = 0x01;

const formatVersion = 0x02;
const shape = /^(?:[0-9A-F]{2}){20,64}$/;

export function encodePskIdentity({ administrationId, keyVersion }: PskIdentity): string {
  const objects = join(
    encodeTlv(0x80, formatVersion),
    encodeTlv(0x81, fromHex(administrationId)),
    encodeTlv(0x4f, issuerSecurityDomainAid),
    encodeTlv(0x82, pskKeyIdentifier),
    encodeTlv(0x83, keyVersion),
  );
  return toHex(objects).toUpperCase();
}

/** @returns undefined for a name that no card of ours has: the server is asked by whoever reaches its port */
export function decodePskIdentity(text: string): PskIdentity | undefined {
  if (!shape.test(text)) return undefined;
  try {
    const [, id, , , version] = decodeTlvs(fromHex(text));
    if (id?.value.length !== 8 || version?.value.length !== 1) return undefined;
    const identity = { administrationId: toHex(id.value), keyVersion: version.value[0] ?? 0 };
    return encodePskIdentity(identity) === text ? identity : undefined;
  } catch {
    return undefined;
  }
}
