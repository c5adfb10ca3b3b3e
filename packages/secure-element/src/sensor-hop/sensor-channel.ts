// One channel of SK_PS as the element keeps it: secrets and birth written once, the replay window with every commit of
// readings, and how far the counter of our own acknowledgements is reserved.

import {
  bytesToHex,
  type ChannelSecrets,
  decodeChannelSecrets,
  encodeCbor,
  encodeChannelSecrets,
  type Opener,
  openOpener,
  openSealer,
  ReplayWindow,
  type Sealer,
  SendCounter,
} from '@vitalseal/protocol';
import { encodeReserved, isWorn, readReserved } from '../storage/counter-reservation.ts';
import type { ElementStorage } from '../storage/element-storage.ts';
import { storedBytes, storedFields, storedInteger, storedText } from '../storage/stored.ts';
import type { Transaction } from '../storage/transaction.ts';

const channelPrefix = 'sensor-channel/';
const windowPrefix = 'sensor-window/';
const sentPrefix = 'sensor-sent/';
const acknowledgementBlock = 256;
/** 17 years of milliseconds: a clock that is wrong does not use up the numbers. */
const mostSkipped = 2 ** 39;

interface ChannelFields {
  readonly secrets: ChannelSecrets;
  readonly establishedAt: number;
  readonly order: number;
  readonly serial: string;
}

export class SensorChannel {
  readonly key: string;
  readonly secrets: ChannelSecrets;
  /** When the handshake was completed, UTC ms; orders the channels of one sensor together with `order`. */
  readonly establishedAt: number;
  readonly order: number;
  /** Of the sensor's certificate, hexadecimal: the channel ends when that is revoked. */
  readonly serial: string;
  readonly opener: Opener;
  readonly sealer: Sealer;
  readonly #counter: SendCounter;
  #isResumed = false;
  /** Undefined until the first reading came on this channel. */
  window: ReplayWindow | undefined;

  private constructor(
    fields: ChannelFields & { window: ReplayWindow | undefined },
    { opener, sealer, counter }: { readonly opener: Opener; readonly sealer: Sealer; readonly counter: SendCounter },
  ) {
    this.key = bytesToHex(fields.secrets.id);
    this.secrets = fields.secrets;
    this.establishedAt = fields.establishedAt;
    this.order = fields.order;
    this.serial = fields.serial;
    this.window = fields.window;
    this.opener = opener;
    this.sealer = sealer;
    this.#counter = counter;
  }

  static async #of(
    storage: ElementStorage,
    fields: ChannelFields & { window: ReplayWindow | undefined },
    start: number,
  ): Promise<SensorChannel> {
    const name = sentPrefix + bytesToHex(fields.secrets.id);
    const counter = new SendCounter({
      start,
      block: acknowledgementBlock,
      reserve: (until) => storage.commit([{ name, value: encodeReserved(until) }]),
    });
    const opener = await openOpener(fields.secrets, 'responder');
    const sealer = await openSealer(fields.secrets, 'responder', counter);
    return new SensorChannel(fields, { opener, sealer, counter });
  }

  static async establish(
    storage: ElementStorage,
    transaction: Transaction,
    fields: ChannelFields,
  ): Promise<SensorChannel> {
    const { secrets, establishedAt, order, serial } = fields;
    transaction.put(
      channelPrefix + bytesToHex(secrets.id),
      encodeCbor([encodeChannelSecrets(secrets), establishedAt, order, serial]),
    );
    return SensorChannel.#of(storage, { ...fields, window: undefined }, 0);
  }

  static async loadAll(storage: ElementStorage): Promise<SensorChannel[]> {
    const channels: SensorChannel[] = [];
    for (const name of await storage.list(channelPrefix)) {
      const key = name.slice(channelPrefix.length);
      const stored = (await storage.read(name)) ?? new Uint8Array(0);
      const reserved = await readReserved(storage, sentPrefix + key);
      if (isWorn(reserved)) continue;
      const [secrets, establishedAt, order, serial] = storedFields(stored, 4);
      const window = await storage.read(windowPrefix + key);
      const fields = {
        secrets: decodeChannelSecrets(storedBytes(secrets)),
        establishedAt: storedInteger(establishedAt),
        order: storedInteger(order),
        serial: storedText(serial),
        window: window && ReplayWindow.decode(window),
      };
      channels.push(await SensorChannel.#of(storage, fields, reserved));
    }
    return channels;
  }

  /**
   * Of a store that may be an older copy: counting goes on from as many numbers as milliseconds have passed since the
   * handshake. Nobody acknowledges so fast, so what the newer store has counted lies below.
   * @param at UTC ms
   */
  resume(at: number): void {
    if (this.#isResumed) return;
    this.#isResumed = true;
    this.#counter.skipTo(Math.min(Math.max(0, Math.floor(at - this.establishedAt)), mostSkipped));
  }

  saveWindow(transaction: Transaction, window: ReplayWindow): void {
    transaction.put(windowPrefix + this.key, window.encode());
    transaction.afterwards(() => {
      this.window = window;
    });
  }

  /** The keys are deleted: what was sealed under them cannot be opened again. */
  remove(transaction: Transaction): void {
    for (const prefix of [channelPrefix, windowPrefix, sentPrefix]) transaction.remove(prefix + this.key);
  }
}
