// A central that is connected to this peripheral.

import type { GattPeer } from '../gatt/gatt-server.ts';
import type { StackConnection } from './host-stack.ts';
import type { Link } from './link.ts';
import { attendPairing, isSecured, type PairingAgent } from './pairing.ts';

export type Subscription = 'notify' | 'indicate';

export class CentralPeer implements GattPeer {
  readonly id: string;
  readonly connection: StackConnection;
  readonly link: Link;
  readonly #subscriptions = new Map<string, Subscription>();

  constructor(connection: StackConnection, link: Link, agent: PairingAgent) {
    this.id = connection.peerAddress;
    this.connection = connection;
    this.link = link;
    attendPairing(connection, 'peripheral', agent);
  }

  get mtu(): number {
    return this.connection.gatt.currentMtu;
  }

  get secured(): boolean {
    return isSecured(this.connection, 'peripheral');
  }

  get closed(): Promise<void> {
    return this.link.closed;
  }

  close(): void {
    this.connection.disconnect();
  }

  subscriptionOf(uuid: string): Subscription | undefined {
    return this.#subscriptions.get(uuid);
  }

  /**
   * A bonded central that comes back is subscribed as before; to what asks for a secured link, from when the link is.
   * @param tell called when it changed
   */
  subscribe(uuid: string, to: Subscription | undefined, whenSecured: boolean, tell: (on: boolean) => void): void {
    if (whenSecured && to !== undefined && !this.secured) {
      this.connection.smp.once('encrypt', () => this.secured && this.subscribe(uuid, to, false, tell));
      return;
    }
    const before = this.#subscriptions.get(uuid);
    if (to === undefined) this.#subscriptions.delete(uuid);
    else this.#subscriptions.set(uuid, to);
    if (before !== to) tell(to !== undefined);
  }
}
