// A card put into a virtual reader: vsmartcard's vpcd, which listens on one TCP port for each of its slots.

import { connect, type Socket } from 'node:net';
import { setTimeout as delay } from 'node:timers/promises';
import type { Card } from '../card.ts';
import { UiccError } from '../errors.ts';
import { ShortResponses } from './short-responses.ts';
import { longestAnswer, VpcdLink } from './vpcd-link.ts';

/** Port of the first slot; each further slot has the next one. */
export const vpcdPort = 35963;

export type SlotState =
  /** The reader has the card. */
  | 'inserted'
  /** The reader is not there, and is tried again. */
  | 'waiting'
  /** The card itself failed: it is out, and stays out. */
  | 'failed';

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
  const { retryMs = emptyReaderMs, onState } = options;
  const short = new ShortResponses(card, longestAnswer);
  let inserted: Inserted;
  let over = false;
  let retry: NodeJS.Timeout | undefined;
  const end = () => {
    over = true;
    clearTimeout(retry);
  };
  const cardFailed = () => {
    if (over) return;
    end();
    onState?.('failed');
  };
  const keepIn = () => {
    onState?.('inserted');
    inserted.socket.once('close', () => {
      if (over) return;
      onState?.('waiting');
      // Power is gone with the reader.
      void short.reset().catch(cardFailed);
      again();
    });
  };
  const again = () => {
    retry = setTimeout(async () => {
      const next = await insert(short, options, cardFailed).catch(() => undefined);
      if (over) next?.link.takeOut();
      else if (next === undefined) again();
      else {
        inserted = next;
        keepIn();
      }
    }, retryMs);
  };
  inserted = await insert(short, options, cardFailed);
  keepIn();
  return {
    remove: () => {
      end();
      inserted.link.takeOut();
    },
  };
}

interface Inserted {
  readonly socket: Socket;
  readonly link: VpcdLink;
}

/**
 * Connected, found by the reader and given power: only then is the card in. One that is put in so soon after another was
 * pulled that pcscd has seen no empty reader in between gets no power, and is put in again.
 */
async function insert(card: Card, options: VpcdOptions, cardFailed: () => void): Promise<Inserted> {
  const { patienceMs = 5000 } = options;
  const deadline = Date.now() + patienceMs;
  for (;;) {
    const inserted = await insertOnce(card, options, cardFailed, deadline);
    if (inserted !== undefined) return inserted;
    await delay(emptyReaderMs);
  }
}

/** pcscd looks at each reader every 400 ms. */
const emptyReaderMs = 1000;
const powerPatienceMs = 1500;

/** @returns undefined when the card was found and got no power */
async function insertOnce(
  card: Card,
  { host = '127.0.0.1', port = vpcdPort }: VpcdOptions,
  cardFailed: () => void,
  deadline: number,
): Promise<Inserted | undefined> {
  const at = `vpcd's reader at ${host}:${port}`;
  const socket = connect({ host, port, noDelay: true });
  const state = Promise.withResolvers<'powered' | 'unpowered'>();
  const unreachable = (expected: string, cause?: unknown) =>
    state.reject(new UiccError('vpcd-unreachable', `expected ${at}${expected}`, { cause }));
  // The listener stays for good: an error is followed by 'close', which is what counts then.
  socket.on('error', (cause) => unreachable(': is pcscd running, with vsmartcard-vpcd?', cause));
  socket.once('close', () => unreachable(' to go on'));
  let unpowered: NodeJS.Timeout | undefined;
  const found = () => {
    unpowered ??= setTimeout(() => state.resolve('unpowered'), powerPatienceMs);
  };
  const link = new VpcdLink(socket, card, { found, powered: () => state.resolve('powered'), cardFailed });
  const late = setTimeout(
    () => {
      if (socket.connecting || unpowered !== undefined) unreachable(' to take the card');
      // A slot holds one card, and a second one queues for it in silence.
      else state.reject(new UiccError('vpcd-slot-taken', `expected ${at} to be free: another card is in it`));
    },
    Math.max(0, deadline - Date.now()),
  );
  try {
    if ((await state.promise) === 'powered') return { socket, link };
    link.takeOut();
    return undefined;
  } catch (error) {
    socket.destroy();
    throw error;
  } finally {
    clearTimeout(late);
    clearTimeout(unpowered);
  }
}
