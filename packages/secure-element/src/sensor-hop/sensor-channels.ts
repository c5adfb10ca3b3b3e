// The channels of the bonded sensors. A sensor moves to a new channel only when everything it sealed on the old one has
// been acknowledged, so the first record on a new channel is the moment at which the old keys may be deleted. Of
// channels that were never used only the newest is kept: the sensor made a new handshake because it did not get the end
// of the one before.

import type { Bytes } from '@vitalseal/protocol';
import { bytesToHex, type ChannelSecrets, channelIdOf, type Identity, sameIdentity } from '@vitalseal/protocol';
import type { ElementStorage } from '../storage/element-storage.ts';
import type { Transaction } from '../storage/transaction.ts';
import { SensorChannel } from './sensor-channel.ts';

export class SensorChannels {
  readonly #storage: ElementStorage;
  readonly #channels: Map<string, SensorChannel>;

  private constructor(storage: ElementStorage, channels: SensorChannel[]) {
    this.#storage = storage;
    this.#channels = new Map(channels.map((channel) => [channel.key, channel]));
  }

  static async load(storage: ElementStorage): Promise<SensorChannels> {
    return new SensorChannels(storage, await SensorChannel.loadAll(storage));
  }

  /** @throws ProtocolError `record-malformed` */
  of(record: Bytes): SensorChannel | undefined {
    return this.#channels.get(bytesToHex(channelIdOf(record)));
  }

  newestOf(sensor: Identity): SensorChannel | undefined {
    return this.#ofSensor(sensor).reduce<SensorChannel | undefined>(
      (newest, channel) => (newest && newest.order > channel.order ? newest : channel),
      undefined,
    );
  }

  async establish(
    transaction: Transaction,
    { secrets, establishedAt, serial }: { secrets: ChannelSecrets; establishedAt: number; serial: string },
  ): Promise<void> {
    const sensor = secrets.initiator;
    const order = (this.newestOf(sensor)?.order ?? 0) + 1;
    for (const earlier of this.#ofSensor(sensor)) if (earlier.window === undefined) this.#remove(transaction, earlier);
    const fields = { secrets, establishedAt, order, serial };
    const channel = await SensorChannel.establish(this.#storage, transaction, fields);
    transaction.afterwards(() => this.#channels.set(channel.key, channel));
  }

  /** At the first reading on a channel: those before it are done. */
  retireBefore(transaction: Transaction, current: SensorChannel): void {
    for (const earlier of this.#ofSensor(current.secrets.initiator)) {
      if (earlier.order < current.order) this.#remove(transaction, earlier);
    }
  }

  /** Of a sensor that is bonded no more. */
  removeOf(transaction: Transaction, sensor: Identity): void {
    for (const channel of this.#ofSensor(sensor)) this.#remove(transaction, channel);
  }

  removeRevoked(transaction: Transaction, revoked: ReadonlySet<string>): void {
    for (const channel of this.#channels.values()) if (revoked.has(channel.serial)) this.#remove(transaction, channel);
  }

  #remove(transaction: Transaction, channel: SensorChannel): void {
    channel.remove(transaction);
    transaction.afterwards(() => this.#channels.delete(channel.key));
  }

  #ofSensor(sensor: Identity): SensorChannel[] {
    return [...this.#channels.values()].filter(({ secrets }) => sameIdentity(secrets.initiator, sensor));
  }
}
