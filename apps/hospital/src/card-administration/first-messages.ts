/**
 * First messages of cards' handshakes that have opened a session here. A first message proves that somebody made it under
 * the card's key, not that whoever sent it did: one that comes again is a copy.
 */
import { type Bytes, bytesToHex } from '@vitalseal/protocol';

/** A card opens a session each time it asks for orders: those of some hours. What was forgotten opens one that nobody proves. */
const mostOfOneCard = 64;
/** Enough of a key that nobody chooses for another. */
const rememberedBytes = 12;

export class FirstMessages {
  readonly #seen = new Map<string, Set<string>>();

  has(card: string, message1: Bytes): boolean {
    return this.#seen.get(card)?.has(nameOf(message1)) ?? false;
  }

  add(card: string, message1: Bytes): void {
    const seen = this.#seen.get(card) ?? new Set();
    this.#seen.set(card, seen.add(nameOf(message1)));
    if (seen.size <= mostOfOneCard) return;
    for (const oldest of seen) {
      seen.delete(oldest);
      return;
    }
  }
}

/** It begins with the ephemeral key. */
function nameOf(message1: Bytes): string {
  return bytesToHex(message1.slice(0, rememberedBytes));
}
