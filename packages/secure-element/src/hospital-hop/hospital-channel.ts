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
import { encodeReserved, readReserved } from '../storage/counter-reservation.ts';
import type { ElementStorage } from '../storage/element-storage.ts';
import { storedBytes, storedFields, storedInteger } from '../storage/stored.ts';
import type { Transaction } from '../storage/transaction.ts';

const channelName = 'hospital-channel';
const windowName = 'hospital-window';
const sentName = 'hospital-sent';
const recordBlock = 256;

export class HospitalChannel {
  readonly key: string;
  readonly secrets: ChannelSecrets;
  /** When the handshake was completed, UTC ms. */
  readonly establishedAt: number;
  readonly opener: Opener;
  readonly sealer: Sealer;
  /** Of the hospital's acknowledgements. */
  window: ReplayWindow;

  private constructor(
    fields: { secrets: ChannelSecrets; establishedAt: number; window: ReplayWindow },
    opener: Opener,
    sealer: Sealer,
  ) {
    this.key = bytesToHex(fields.secrets.id);
    this.secrets = fields.secrets;
    this.establishedAt = fields.establishedAt;
    this.window = fields.window;
    this.opener = opener;
    this.sealer = sealer;
  }

  static async #of(
    storage: ElementStorage,
    fields: { secrets: ChannelSecrets; establishedAt: number; window: ReplayWindow },
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
    secrets: ChannelSecrets,
    establishedAt: number,
  ): Promise<HospitalChannel> {
    transaction.put(channelName, encodeCbor([encodeChannelSecrets(secrets), establishedAt]));
    transaction.remove(windowName);
    transaction.remove(sentName);
    return HospitalChannel.#of(storage, { secrets, establishedAt, window: ReplayWindow.empty() }, 0);
  }

  static async load(storage: ElementStorage): Promise<HospitalChannel | undefined> {
    const stored = await storage.read(channelName);
    if (stored === undefined) return undefined;
    const [secrets, establishedAt] = storedFields(stored, 2);
    const window = await storage.read(windowName);
    const fields = {
      secrets: decodeChannelSecrets(storedBytes(secrets)),
      establishedAt: storedInteger(establishedAt),
      window: window ? ReplayWindow.decode(window) : ReplayWindow.empty(),
    };
    return HospitalChannel.#of(storage, fields, await readReserved(storage, sentName));
  }

  saveWindow(transaction: Transaction, window: ReplayWindow): void {
    transaction.put(windowName, window.encode());
    transaction.afterwards(() => {
      this.window = window;
    });
  }
}
