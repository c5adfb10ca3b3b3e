// A card that has only its toolkit, and a terminal that serves it: for tests of what stands on the toolkit.

import { VirtualCard } from '../card/virtual-card.ts';
import { ToolkitSession } from '../toolkit/toolkit-session.ts';
import { TestTerminal, type TestTerminalOptions } from './test-terminal.ts';

export interface LinkedCard {
  readonly session: ToolkitSession;
  readonly card: VirtualCard;
  readonly terminal: TestTerminal;
}

export async function linkedCard(options: TestTerminalOptions = {}): Promise<LinkedCard> {
  const session = new ToolkitSession({ turn: () => new Promise((resolve) => setImmediate(resolve)) });
  const card = new VirtualCard({ applets: [], toolkit: session });
  const terminal = new TestTerminal(card, options);
  await terminal.boot();
  return { session, card, terminal };
}

/** The terminal polls until it is done. */
export async function polled<T>(terminal: TestTerminal, work: Promise<T>): Promise<T> {
  let done = false;
  const watched = work.finally(() => {
    done = true;
  });
  watched.catch(() => {});
  while (!done) {
    await terminal.status();
    await new Promise((resolve) => setTimeout(resolve, 1));
  }
  return watched;
}
