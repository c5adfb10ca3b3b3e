// A card for tests of the ways to a card: it answers a command with its data, and can be asked to take its time.

import type { Bytes, Card } from '../card.ts';

export class EchoCard implements Card {
  readonly atr = Uint8Array.of(0x3b, 0x80, 0x01, 0x81);
  /** Power and resets that it has seen. */
  resets = 0;
  /** Resolves when a command has come that is never answered. */
  readonly #stuck = Promise.withResolvers<void>();

  get stuck(): Promise<void> {
    return this.#stuck.promise;
  }

  async reset(): Promise<void> {
    this.resets += 1;
  }

  async transmit(apdu: Bytes): Promise<Bytes> {
    if (apdu[1] === instructions.neverAnswer) {
      this.#stuck.resolve();
      await new Promise(() => undefined);
    }
    if (apdu[1] === instructions.answerLong) {
      return new Uint8Array([...longAnswer((apdu[2] ?? 0) * 256 + (apdu[3] ?? 0)), 0x90, 0x00]);
    }
    return new Uint8Array([...apdu.subarray(5), 0x90, 0x00]);
  }
}

export const instructions = { echo: 0x10, neverAnswer: 0x12, answerLong: 0x14 } as const;

export function echo(...data: number[]): Bytes {
  return Uint8Array.of(0x80, instructions.echo, 0, 0, data.length, ...data);
}

export const neverAnswer: Bytes = Uint8Array.of(0x80, instructions.neverAnswer, 0, 0);

export function answerLong(length: number): Bytes {
  return Uint8Array.of(0x80, instructions.answerLong, length >> 8, length & 0xff, 0);
}

export function longAnswer(length: number): Bytes {
  return Uint8Array.from({ length }, (_, at) => at & 0xff);
}
