// A card in a reader on the PC/SC stack.

import { setTimeout as delay } from 'node:timers/promises';
import type { Bytes, Card } from '../card.ts';
import { UiccError, type UiccErrorCode } from '../errors.ts';
import { chooseReader, noSuchCard } from './choose-reader.ts';
import { cardProtocols, commands, longestResponse, resetCard, shareModes, struct, uint32 } from './messages.ts';
import { requireSuccess } from './return-codes.ts';
import { type PcscOptions, PcscSession } from './session.ts';

export interface PcscCardOptions extends PcscOptions {
  /** The reader's name, or its beginning; without it, the one reader with a card in it. */
  readonly reader?: string;
  /** How long to wait for a card that nobody else uses, in milliseconds; without it, it must be there. */
  readonly waitMs?: number;
  /** Ends the wait. */
  readonly signal?: AbortSignal;
  /** Lets other programs speak to the card in between: what is verified then counts for them too. */
  readonly shared?: boolean;
}

export interface PcscCard extends Card {
  /** Name of the reader. */
  readonly reader: string;
  /** Gives the card back, reset, so that nobody finds it verified. */
  close(): Promise<void>;
}

/** @throws UiccError `pcsc-unreachable`, `pcsc-denied`, `pcsc-failed`, `reader-not-found`, `card-gone`, `card-in-use` */
export async function openPcscCard(options: PcscCardOptions = {}): Promise<PcscCard> {
  const card = new CardInReader(options);
  await card.reset();
  return card;
}

const closePatienceMs = 1000;
const retryMs = 200;
const passing: ReadonlySet<UiccErrorCode> = new Set(['card-gone', 'card-in-use', 'pcsc-unreachable']);

interface Held {
  readonly session: PcscSession;
  readonly handle: number;
  readonly protocol: number;
}

class CardInReader implements PcscCard {
  readonly #options: PcscCardOptions;
  #session: PcscSession | undefined;
  #held: Held | undefined;
  #last: Promise<unknown> = Promise.resolve();
  #closed = false;
  reader = '';
  atr: Bytes = new Uint8Array();

  constructor(options: PcscCardOptions) {
    this.#options = options;
  }

  /** Also finds the card again, when it was pulled and is back, or when pcscd was started anew. */
  reset(): Promise<void> {
    return this.#inTurn(async () => {
      if (this.#held !== undefined && (await this.#resetHeld(this.#held))) return;
      const { waitMs = 0, signal } = this.#options;
      const deadline = Date.now() + waitMs;
      for (;;) {
        try {
          await this.#takeUp(Math.max(0, deadline - Date.now()));
          return;
        } catch (error) {
          this.#letGo();
          if (!passes(error) || Date.now() + retryMs > deadline || signal?.aborted) throw error;
        }
        await delay(retryMs);
      }
    });
  }

  transmit(apdu: Bytes): Promise<Bytes> {
    return this.#inTurn(async () => {
      if (this.#held === undefined) throw new UiccError('card-gone', 'expected the card to be in the reader still');
      try {
        return await transmit(this.#held, apdu);
      } catch (error) {
        // Lost for good, whatever comes back: only a reset may begin anew.
        this.#letGo();
        throw error;
      }
    });
  }

  async close(): Promise<void> {
    if (this.#closed) return;
    // A command that hangs is not waited for: pcscd resets the card of a program that hangs up.
    const hanging = setTimeout(() => this.#letGo(), closePatienceMs);
    await this.#inTurn(async () => {
      if (this.#held !== undefined) await disconnect(this.#held);
    }).catch(() => undefined);
    this.#closed = true;
    clearTimeout(hanging);
    this.#letGo();
  }

  #inTurn<T>(run: () => Promise<T>): Promise<T> {
    const turn = this.#last.then(() => {
      if (this.#closed) throw new UiccError('card-gone', 'expected a card that is still open');
      return run();
    });
    this.#last = turn.catch(() => undefined);
    return turn;
  }

  #letGo(): void {
    this.#held = undefined;
    this.#session?.close();
  }

  async #resetHeld(held: Held): Promise<boolean> {
    try {
      await this.#resetCard(held);
      return true;
    } catch {
      this.#letGo();
      return false;
    }
  }

  async #resetCard({ session, handle }: Held): Promise<void> {
    const request = struct(handle, this.#share, cardProtocols.any, resetCard, 0, 0);
    const reply = await session.connection.call(commands.reconnect, request);
    requireSuccess(uint32(reply, 20), 'resetting');
    const reader = (await session.readers()).find(({ name }) => name === this.reader);
    if (reader === undefined) throw new UiccError('reader-not-found', 'expected the reader to be there still');
    this.atr = reader.atr;
  }

  async #takeUp(waitMs: number): Promise<void> {
    this.#session?.close();
    const session = await PcscSession.open(this.#options);
    this.#session = session;
    // A card that was pulled is looked for where it was.
    const wanted = this.reader === '' ? this.#options.reader : this.reader;
    const { signal } = this.#options;
    const reader =
      chooseReader(await session.readers(), wanted) ??
      (await session.waitFor((readers) => chooseReader(readers, wanted), waitMs, signal));
    if (reader === undefined) throw noSuchCard(await session.readers(), wanted);
    const request = struct(session.context, reader.name, this.#share, cardProtocols.any, 0, 0, 0);
    const reply = await session.connection.call(commands.connect, request);
    requireSuccess(uint32(reply, 148), `connecting to ${reader.name}`);
    this.#held = { session, handle: uint32(reply, 140), protocol: uint32(reply, 144) };
    this.reader = reader.name;
    // Whatever somebody else has selected and verified before is over.
    await this.#resetCard(this.#held);
  }

  get #share(): number {
    return this.#options.shared ? shareModes.shared : shareModes.exclusive;
  }
}

/** While a daemon starts anew, a card goes in, or the program that had it before ends. */
function passes(error: unknown): boolean {
  return error instanceof UiccError && passing.has(error.code);
}

async function disconnect({ session, handle }: Held): Promise<void> {
  await session.connection.call(commands.disconnect, struct(handle, resetCard, 0));
}

function transmit({ session, handle, protocol }: Held, apdu: Bytes): Promise<Bytes> {
  return session.connection.exchange(async ({ send, receive }) => {
    const sendPci = [protocol, 8] as const;
    const receivePci = [0, 0] as const;
    const request = struct(handle, ...sendPci, apdu.length, ...receivePci, longestResponse, 0);
    send(commands.transmit, request, apdu);
    const reply = await receive(request.length);
    requireSuccess(uint32(reply, 28), 'transmitting');
    const length = uint32(reply, 24);
    if (length > longestResponse) {
      throw new UiccError('pcsc-failed', `expected pcscd to answer at most ${longestResponse} bytes`);
    }
    // vpcd answers nothing at all when its card is pulled in the middle of a command.
    if (length < 2) throw new UiccError('card-gone', 'expected a response of two bytes at least');
    return await receive(length);
  });
}
