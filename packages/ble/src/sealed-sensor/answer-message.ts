// What the phone writes to the characteristic of answers: a type byte, as on every link, and the body.

import { type Bytes, concatBytes } from '@vitalseal/protocol';
import { type LinkMessage, linkMessages } from '@vitalseal/sensor-link';

const ofPhone: ReadonlySet<LinkMessage> = new Set(['answer', 'window', 'trouble']);

export function encodeAnswerMessage(type: LinkMessage, body: Bytes): Bytes {
  return concatBytes(Uint8Array.of(linkMessages.indexOf(type) + 1), body);
}

/** @returns nothing for what a phone does not say here */
export function decodeAnswerMessage(message: Bytes): { readonly type: LinkMessage; readonly body: Bytes } | undefined {
  const type = linkMessages[(message[0] ?? 0) - 1];
  return type !== undefined && ofPhone.has(type) ? { type, body: message.slice(1) } : undefined;
}
