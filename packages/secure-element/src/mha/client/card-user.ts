// Whoever speaks with a card needs it for a while alone: a command in parts, an answer in parts, and the question why a
// command was refused belong together, and an event of the network must not come between.

import type { Card, Transmit } from '@vitalseal/uicc';
import { CommandQueue } from '../../command-queue.ts';

export interface CardUser {
  /** One use after the other. */
  run<T>(use: (transmit: Transmit) => Promise<T>): Promise<T>;
}

/** For a card that nobody else uses. */
export function exclusively(card: Pick<Card, 'transmit'>): CardUser {
  const queue = new CommandQueue();
  return { run: (use) => queue.run(() => use((apdu) => card.transmit(apdu))) };
}
