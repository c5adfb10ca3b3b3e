// What sensor and phone say on the link, each message one type byte and its body, cut to the MTU:
//
//   sensor to phone    handshake   EDHOC message_1 or message_3, with the prefix it has over HTTP
//                      record      one sealed step-1 record; takes one credit
//   phone to sensor    handshake   EDHOC message_2, message_4 or an error message
//                      answer      the secure element's sealed acknowledgements and hints
//                      credit      how many further records may come (two bytes)
//                      trouble     a code: the records on the way were not taken, and wait for credit
//
// The phone understands the types and none of the bodies. It cannot be overrun: a record without credit closes the link.

import { type Bytes, concatBytes, Fragmenter, Reassembler } from '@vitalseal/protocol';
import { SensorLinkError } from './errors.ts';
import type { Link } from './link.ts';

export const linkMessages = ['handshake', 'record', 'answer', 'credit', 'trouble'] as const;
export type LinkMessage = (typeof linkMessages)[number];

export interface MessageListener {
  message(type: LinkMessage, body: Bytes): void;
  closed(reason: Error | undefined): void;
}

/** Both ends of the link speak through one of these. */
export class MessageLink {
  readonly #link: Link;
  readonly #fragmenter: Fragmenter;
  readonly #reassembler: Reassembler;

  constructor(link: Link, listener: MessageListener) {
    this.#link = link;
    this.#fragmenter = new Fragmenter(link.mtu);
    this.#reassembler = new Reassembler(link.mtu);
    link.listen({
      frame: (frame) => this.#receive(frame, listener),
      closed: (reason) => listener.closed(reason),
    });
  }

  /** @throws ProtocolError `fragment-oversized` */
  send(type: LinkMessage, body: Bytes): void {
    const message = concatBytes(Uint8Array.of(linkMessages.indexOf(type) + 1), body);
    for (const frame of this.#fragmenter.fragments(message)) this.#link.send(frame);
  }

  close(reason?: Error): void {
    this.#link.close(reason);
  }

  #receive(frame: Bytes, listener: MessageListener): void {
    const { message, refused } = this.#reassembler.accept(frame);
    const type = message && linkMessages[(message[0] ?? 0) - 1];
    if (refused) {
      // Frames come in order and once, so this link is broken or not ours; what was on the way is sent again later.
      this.close(refused);
    } else if (message && !type) {
      this.close(new SensorLinkError('link-malformed', 'expected a message of a known type'));
    } else if (message && type) {
      listener.message(type, message.slice(1));
    }
  }
}

const mostCredit = 0xffff;

export function encodeCredit(records: number): Bytes {
  const credit = Math.min(records, mostCredit);
  return Uint8Array.of(credit >> 8, credit & 0xff);
}

/** @throws SensorLinkError `link-malformed` */
export function decodeCredit(body: Bytes): number {
  const [high, low] = body;
  if (body.length !== 2 || high === undefined || low === undefined) {
    throw new SensorLinkError('link-malformed', 'expected a credit of two bytes');
  }
  return (high << 8) | low;
}

export function encodeTrouble(code: string): Bytes {
  return new TextEncoder().encode(code.slice(0, 64));
}

/** A code, or `unknown` for what is none: the phone may say anything here. */
export function decodeTrouble(body: Bytes): string {
  const text = new TextDecoder().decode(body.subarray(0, 64));
  return /^[a-z0-9-]{1,64}$/.test(text) ? text : 'unknown';
}
