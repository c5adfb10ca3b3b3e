// The channel of SK_PH as the element keeps it: one at a time. A new handshake replaces it in one commit, and with it
// the keys of the old one are gone.

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

const channelName = 'hospital-channel';
const windowName = 'hospital-window';
const sentName = 'hospital-sent';
const recordBlock = 256;

interface ChannelFields {
  readonly secrets: ChannelSecrets;
  readonly establishedAt: number;
  readonly serial: string;
}

export class HospitalChannel {
  readonly key: string;
  readonly secrets: ChannelSecrets;
  /** When the handshake was completed, UTC ms. */
  readonly establishedAt: number;
  /** Of the hospital's certificate, hexadecimal: the channel ends when that is revoked. */
  readonly serial: string;
  readonly opener: Opener;
  readonly sealer: Sealer;
  /** Of the hospital's acknowledgements. */
  window: ReplayWindow;
  /** The counter of the newest of them that this program has seen. */
  newest = -1;

  private constructor(fields: ChannelFields & { readonly window: ReplayWindow }, opener: Opener, sealer: Sealer) {
    this.key = bytesToHex(fields.secrets.id);
    this.secrets = fields.secrets;
    this.establishedAt = fields.establishedAt;
    this.serial = fields.serial;
    this.window = fields.window;
    this.opener = opener;
    this.sealer = sealer;
  }

  static async #of(
    storage: ElementStorage,
    fields: ChannelFields & { readonly window: ReplayWindow },
    start: number,
  ): Promise<HospitalChannel> {
    const counter = new SendCounter({
      start,
      block: recordBlock,
      reserve: (until) => storage.commit([{ name: sentName, value: encodeReserved(until) }]),
    });
    const opener = await openOpener(fields.secrets, 'initiator');
    return new HospitalChannel(fields, opener, await openSealer(fields.secrets, 'initiator', counter));
  }

  static async establish(
    storage: ElementStorage,
    transaction: Transaction,
    fields: ChannelFields,
  ): Promise<HospitalChannel> {
    const { secrets, establishedAt, serial } = fields;
    transaction.put(channelName, encodeCbor([encodeChannelSecrets(secrets), establishedAt, serial]));
    transaction.remove(windowName);
    transaction.remove(sentName);
    return HospitalChannel.#of(storage, { ...fields, window: ReplayWindow.empty() }, 0);
  }

  static async load(storage: ElementStorage): Promise<HospitalChannel | undefined> {
    const stored = await storage.read(channelName);
    const reserved = await readReserved(storage, sentName);
    if (stored === undefined || isWorn(reserved)) return undefined;
    const [secrets, establishedAt, serial] = storedFields(stored, 3);
    const window = await storage.read(windowName);
    const fields = {
      secrets: decodeChannelSecrets(storedBytes(secrets)),
      establishedAt: storedInteger(establishedAt),
      serial: storedText(serial),
      window: window ? ReplayWindow.decode(window) : ReplayWindow.empty(),
    };
    return HospitalChannel.#of(storage, fields, reserved);
  }

  remove(transaction: Transaction): void {
    for (const name of [channelName, windowName, sentName]) transaction.remove(name);
  }

  saveWindow(transaction: Transaction, window: ReplayWindow): void {
    transaction.put(windowName, window.encode());
    transaction.afterwards(() => {
      this.window = window;
    });
  }
}
