// A card put into a virtual reader: vsmartcard's vpcd, which listens on one TCP port for each of its slots.

import { connect, type Socket } from 'node:net';
import type { Card } from '../card.ts';
import { UiccError } from '../errors.ts';
import { ShortResponses } from './short-responses.ts';
import { longestAnswer, serveReader } from './vpcd-link.ts';

/** Port of the first slot; each further slot has the next one. */
export const vpcdPort = 35963;

export type SlotState =
  /** The reader has the card. */
  | 'inserted'
  /** The reader is not there, and is tried again. */
  | 'waiting';

export interface VpcdOptions {
  readonly host?: string;
  readonly port?: number;
  /** How long the reader may leave a card alone that was just put in; pcscd looks at each slot several times a second. */
  readonly patienceMs?: number;
  /** Between two attempts after the reader went away. */
  readonly retryMs?: number;
  readonly onState?: (state: SlotState) => void;
}

export interface PresentedCard {
  /** Takes the card out, whatever is under way. */
  remove(): void;
}

/**
 * Puts `card` in, and again whenever the reader went away and is back, until it is removed.
 * @throws UiccError `vpcd-unreachable`, `vpcd-slot-taken`, when the card cannot be put in the first time
 */
export async function presentCard(card: Card, options: VpcdOptions = {}): Promise<PresentedCard> {
  const { retryMs = 500, onState } = options;
  const short = new ShortResponses(card, longestAnswer);
  let socket = await insert(short, options);
  let removed = false;
  let retry: NodeJS.Timeout | undefined;

  const keepIn = () => {
    onState?.('inserted');
    socket.once('close', () => {
      if (removed) return;
      onState?.('waiting');
      // Power is gone with the reader.
      void card.reset().catch(() => undefined);
      again();
    });
  };
  const again = () => {
    retry = setTimeout(async () => {
      try {
        const next = await insert(short, options);
        if (removed) return void next.destroy();
        socket = next;
        keepIn();
      } catch {
        if (!removed) again();
      }
    }, retryMs);
  };
  keepIn();
  return {
    remove: () => {
      removed = true;
      clearTimeout(retry);
      socket.destroy();
    },
  };
}

/** Connected, and asked for something by the reader: only then is the card in. */
async function insert(card: Card, options: VpcdOptions): Promise<Socket> {
  const { host = '127.0.0.1', port = vpcdPort, patienceMs = 5000 } = options;
  const socket = connect({ host, port, noDelay: true });
  const asked = Promise.withResolvers<void>();
  const at = `${host}:${port}`;
  let connected = false;
  socket.once('connect', () => {
    connected = true;
  });
  // One listener stays for good: an error is followed by 'close', which is what counts.
  socket.on('error', (cause) => {
    asked.reject(new UiccError('vpcd-unreachable', `expected vpcd's reader at ${at}: is pcscd running?`, { cause }));
  });
  socket.once('close', () =>
    asked.reject(new UiccError('vpcd-unreachable', `expected vpcd's reader at ${at} to go on`)),
  );
  serveReader(socket, card, asked.resolve);
  // The slot holds one card, and a second one queues in silence.
  const late = setTimeout(() => {
    const taken = `expected the slot at ${at} to be free: another card is in it`;
    asked.reject(
      connected
        ? new UiccError('vpcd-slot-taken', taken)
        : new UiccError('vpcd-unreachable', `expected vpcd's reader at ${at} to answer`),
    );
  }, patienceMs);
  try {
    await asked.promise;
    return socket;
  } catch (error) {
    socket.destroy();
    throw error;
  } finally {
    clearTimeout(late);
  }
}
