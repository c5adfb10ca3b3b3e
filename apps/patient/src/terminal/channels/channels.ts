// The terminal's channels by their identifiers (ETSI TS 102 223, 8.7: 1 to 7), and what the card is told of them without
// having asked: data available, and link dropped, the latter only when all that came before it was taken.

import { ReachableHosts } from './reachable-hosts.ts';
import { SocketChannel } from './socket-channel.ts';

export type ChannelId = 1 | 2 | 3 | 4 | 5 | 6 | 7;

export interface ChannelListener {
  dataAvailable(id: ChannelId): void;
  linkDropped(id: ChannelId): void;
}

const identifiers: readonly ChannelId[] = [1, 2, 3, 4, 5, 6, 7];

export class Channels {
  readonly reachable: ReachableHosts;
  readonly #listener: ChannelListener;
  readonly #channels = new Map<ChannelId, SocketChannel>();
  #opening = new Set<ChannelId>();

  constructor(listener: ChannelListener, reachable = new ReachableHosts()) {
    this.#listener = listener;
    this.reachable = reachable;
  }

  get(id: number): SocketChannel | undefined {
    return this.#channels.get(id as ChannelId);
  }

  get all(): ReadonlyMap<ChannelId, SocketChannel> {
    return this.#channels;
  }

  /** The lowest identifier that is free; if none is, that of a channel that was dropped and never closed. */
  get free(): ChannelId | undefined {
    const unused = identifiers.find((id) => !this.#channels.has(id) && !this.#opening.has(id));
    return unused ?? identifiers.find((id) => this.#channels.get(id)?.open === false);
  }

  /** @throws the socket's error */
  async open(id: ChannelId, host: string, port: number): Promise<void> {
    const opening = this.#opening;
    opening.add(id);
    this.close(id);
    try {
      const channel = await SocketChannel.open({
        host,
        port,
        arrived: () => this.#tell(id, channel, 'dataAvailable'),
        dropped: () => this.#tell(id, channel, 'linkDropped'),
      });
      // The card was reset meanwhile: nobody has asked for this one any more.
      if (opening !== this.#opening) return channel.close();
      this.#channels.set(id, channel);
    } finally {
      opening.delete(id);
    }
  }

  /** @returns false where there is no such channel */
  close(id: number): boolean {
    const channel = this.get(id);
    channel?.close();
    return this.#channels.delete(id as ChannelId);
  }

  /** The card was reset: it knows of no channel. */
  closeAll(): void {
    for (const channel of this.#channels.values()) channel.close();
    this.#channels.clear();
    this.#opening = new Set();
  }

  #tell(id: ChannelId, channel: SocketChannel, what: keyof ChannelListener): void {
    if (this.#channels.get(id) === channel) this.#listener[what](id);
  }
}
