// What goes over the port. Whoever holds the other end may post anything at all: each message is checked before use.

import type { Bytes } from '../card.ts';
import { UiccError } from '../errors.ts';

/** To the card. */
export type Request =
  | { readonly kind: 'transmit'; readonly number: number; readonly apdu: Bytes }
  | { readonly kind: 'reset'; readonly number: number };

/** From the card. */
export type Answer =
  /** Once, unasked: the card is there. */
  | { readonly kind: 'inserted'; readonly atr: Bytes }
  | { readonly kind: 'response'; readonly number: number; readonly apdu: Bytes }
  | { readonly kind: 'reset'; readonly number: number; readonly atr: Bytes }
  /** The card failed, or was taken out. */
  | { readonly kind: 'gone' };

const longestAtr = 33;
/** An extended command with its header, and room to spare. */
const longestApdu = 0x10100;

/** @throws UiccError `card-message-malformed` */
export function parseRequest(message: unknown): Request {
  const { kind, number, apdu } = fieldsOf(message);
  if (kind === 'transmit') return { kind, number: numberOf(number), apdu: bytesOf(apdu, longestApdu) };
  if (kind === 'reset') return { kind, number: numberOf(number) };
  throw malformed('a command or a reset');
}

/** @throws UiccError `card-message-malformed` */
export function parseAnswer(message: unknown): Answer {
  const { kind, number, apdu, atr } = fieldsOf(message);
  if (kind === 'inserted') return { kind, atr: bytesOf(atr, longestAtr) };
  if (kind === 'response') return { kind, number: numberOf(number), apdu: bytesOf(apdu, longestApdu) };
  if (kind === 'reset') return { kind, number: numberOf(number), atr: bytesOf(atr, longestAtr) };
  if (kind === 'gone') return { kind };
  throw malformed('an answer of a card');
}

function fieldsOf(message: unknown): { [name: string]: unknown } {
  if (typeof message !== 'object' || message === null) throw malformed('an object');
  return { ...message };
}

function numberOf(value: unknown): number {
  if (typeof value !== 'number' || !Number.isSafeInteger(value) || value < 0) throw malformed('a number');
  return value;
}

function bytesOf(value: unknown, longest: number): Bytes {
  if (!(value instanceof Uint8Array) || value.length > longest) throw malformed(`bytes, ${longest} at most`);
  // A copy: the buffer may be shared with whoever posted it.
  return new Uint8Array(value);
}

function malformed(expected: string): UiccError {
  return new UiccError('card-message-malformed', `expected ${expected} on the card's port`);
}
