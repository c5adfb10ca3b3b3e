// The card's word that it is terminated and that its keys are gone (a receipt, as the Card Specification calls what a
// security domain signs of its own deeds): GET DATA 'BF31', and the answer to the SET STATUS that did it. It is signed
// with the security domain's own key, which the hospital has known since the card was activated; the state it speaks of
// is final, so it needs no challenge.

import { fromHex, join, octets } from '../bytes.ts';
import type { Bytes } from '../card.ts';
import { encodeTlv } from '../tlv/index.ts';
import { getDataTags } from './administration-commands.ts';
import { field, fieldsOf, hexField, malformed, numberField, objectsOf, textBytes } from './administration-fields.ts';
import { cardLifeCycle } from './life-cycle.ts';

export interface CardReceipt {
  readonly administrationId: string;
  /** The card's count of executed commands when it was terminated. */
  readonly commands: number;
  /** The application whose state was destroyed. */
  readonly application: Bytes;
}

const content = 0xa0;
const signature = 0x81;
const context = textBytes('vitalseal card receipt v1\0');
const { subtle } = globalThis.crypto;
const es256 = { name: 'ECDSA', hash: 'SHA-256' } as const;

function encodeContent({ administrationId, commands, application }: CardReceipt): Bytes {
  return join(
    encodeTlv(0x80, fromHex(administrationId)),
    encodeTlv(0x81, cardLifeCycle.terminated),
    encodeTlv(0x82, octets(commands, 4)),
    encodeTlv(0x4f, application),
  );
}

/** @param sign ES256, r || s, by the key of the card's security domain */
export async function encodeCardReceipt(receipt: CardReceipt, sign: (input: Bytes) => Promise<Bytes>): Promise<Bytes> {
  const said = encodeContent(receipt);
  const signed = await sign(join(context, said));
  return encodeTlv(getDataTags.receipt, encodeTlv(content, said), encodeTlv(signature, signed));
}

/**
 * @param receiptKey of the card's status at its activation: SubjectPublicKeyInfo, DER
 * @throws UiccError `administration-malformed`, also for a signature that is not that key's
 */
export async function verifyCardReceipt(bytes: Bytes, receiptKey: Bytes): Promise<CardReceipt> {
  const [object, ...others] = objectsOf(bytes);
  if (object?.tag !== getDataTags.receipt || others.length > 0) throw malformed('expected a receipt');
  const outer = fieldsOf(object.value, [content, signature]);
  const said = field(outer, content);
  if (!(await isSigned(join(context, said), field(outer, signature), receiptKey))) {
    throw malformed('expected a receipt signed by the card');
  }
  const fields = fieldsOf(said, [0x80, 0x81, 0x82, 0x4f]);
  if (numberField(field(fields, 0x81), 1) !== cardLifeCycle.terminated) throw malformed('expected a terminated card');
  return {
    administrationId: hexField(field(fields, 0x80), 8),
    commands: numberField(field(fields, 0x82), 4),
    application: field(fields, 0x4f),
  };
}

async function isSigned(input: Bytes, signed: Bytes, spki: Bytes): Promise<boolean> {
  try {
    const key = await subtle.importKey('spki', spki, { name: 'ECDSA', namedCurve: 'P-256' }, false, ['verify']);
    return await subtle.verify(es256, key, signed, input);
  } catch {
    return false;
  }
}
