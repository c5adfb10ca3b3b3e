// The sensor's side of SK_PS: the current channel seals; earlier ones are kept as long as a record sealed on them waits
// for its acknowledgement, and are deleted with the last of those.

import {
  type Bytes,
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
import {
  type ElementStorage,
  encodeReserved,
  readReserved,
  storedBytes,
  storedFields,
  storedInteger,
  type Transaction,
} from '@vitalseal/secure-element/storage';

const channelPrefix = 'channel/';
const sentPrefix = 'sent/';
const recordBlock = 64;

export interface OwnChannel {
  readonly key: string;
  readonly secrets: ChannelSecrets;
  /** UTC ms. */
  readonly establishedAt: number;
  readonly order: number;
  readonly opener: Opener;
  readonly sealer: Sealer;
  /** Of acknowledgements, since the program started: repeating one changes nothing, so it need not outlive it. */
  readonly window: ReplayWindow;
}

export class OwnChannels {
  readonly #storage: ElementStorage;
  readonly #channels: Map<string, OwnChannel>;
  #current: OwnChannel | undefined;

  private constructor(storage: ElementStorage, channels: OwnChannel[]) {
    this.#storage = storage;
    this.#channels = new Map(channels.map((channel) => [channel.key, channel]));
    this.#current = channels.sort((a, b) => a.order - b.order).at(-1);
  }

  static async load(storage: ElementStorage): Promise<OwnChannels> {
    const channels: OwnChannel[] = [];
    for (const name of await storage.list(channelPrefix)) {
      const stored = await storage.read(name);
      if (!stored) continue;
      const [encoded, establishedAt, order] = storedFields(stored, 3);
      const secrets = decodeChannelSecrets(storedBytes(encoded));
      const start = await readReserved(storage, sentPrefix + bytesToHex(secrets.id));
      channels.push(await open(storage, secrets, storedInteger(establishedAt), storedInteger(order), start));
    }
    return new OwnChannels(storage, channels);
  }

  get current(): OwnChannel | undefined {
    return this.#current;
  }

  get(key: string): OwnChannel | undefined {
    return this.#channels.get(key);
  }

  /** The channel that `channel` becomes once the transaction is committed. */
  async establish(transaction: Transaction, secrets: ChannelSecrets, establishedAt: number): Promise<OwnChannel> {
    const order = (this.#current?.order ?? 0) + 1;
    const channel = await open(this.#storage, secrets, establishedAt, order, 0);
    transaction.put(channelPrefix + channel.key, encodeCbor([encodeChannelSecrets(secrets), establishedAt, order]));
    transaction.afterwards(() => {
      this.#channels.set(channel.key, channel);
      this.#current = channel;
    });
    return channel;
  }

  /** Deletes the keys of channels that nothing waits on any more. */
  removeUnused(transaction: Transaction, used: ReadonlySet<string>, current = this.#current?.key): void {
    for (const key of this.#channels.keys()) {
      if (used.has(key) || key === current) continue;
      transaction.remove(channelPrefix + key);
      transaction.remove(sentPrefix + key);
      transaction.afterwards(() => this.#channels.delete(key));
    }
  }
}

async function open(
  storage: ElementStorage,
  secrets: ChannelSecrets,
  establishedAt: number,
  order: number,
  start: number,
): Promise<OwnChannel> {
  const key = bytesToHex(secrets.id);
  const reserve = (until: number): Promise<void> => reserveIn(storage, sentPrefix + key, encodeReserved(until));
  const counter = new SendCounter({ start, block: recordBlock, reserve });
  return {
    key,
    secrets,
    establishedAt,
    order,
    opener: await openOpener(secrets, 'initiator'),
    sealer: await openSealer(secrets, 'initiator', counter),
    window: ReplayWindow.empty(),
  };
}

async function reserveIn(storage: ElementStorage, name: string, value: Bytes): Promise<void> {
  await storage.commit([{ name, value }]);
}
