// Both ends of GATT in one process, with no radio and no host stack: for what is said on it. Values have at most MTU - 3
// bytes, as ATT demands; what a radio or a host loses, repeats or changes on the way is the caller's to decide.

import type { Bytes } from '@vitalseal/protocol';
import { BleError } from '../../errors.ts';
import type { GattConnection, GattService, RemoteCharacteristic } from '../../gatt/gatt-client.ts';
import type { GattPeer, GattServer, OfferedCharacteristic, PeripheralOptions } from '../../gatt/gatt-server.ts';

export interface ValueOnAir {
  readonly direction: 'to phone' | 'to sensor';
  readonly characteristic: string;
  readonly value: Bytes;
}

export interface InProcessRadioOptions {
  /** What arrives in place of a value that is notified or written: itself, nothing, several. */
  readonly pass?: (value: ValueOnAir) => readonly Bytes[];
  /** A browser does not tell its page the MTU. */
  readonly hideMtu?: boolean;
}

interface Link {
  readonly peer: GattPeer;
  readonly listeners: Map<string, (value: Bytes) => void>;
  readonly closed: PromiseWithResolvers<void>;
  open: boolean;
}

const attHeader = 3;

export class InProcessRadio {
  readonly #options: InProcessRadioOptions;
  readonly #links = new Set<Link>();
  #peripheral: PeripheralOptions | undefined;

  constructor(options: InProcessRadioOptions = {}) {
    this.#options = options;
  }

  async advertise(peripheral: PeripheralOptions): Promise<GattServer> {
    this.#peripheral = peripheral;
    return {
      notify: async (peer, characteristic, value) => {
        const link = [...this.#links].find((known) => known.peer === peer);
        if (!link?.open) throw new BleError('radio-disconnected', 'expected a central that is connected');
        if (!link.listeners.has(characteristic)) throw new BleError('gatt-refused', 'expected a subscription');
        this.#carry(link, { direction: 'to phone', characteristic, value }, (passed) =>
          link.listeners.get(characteristic)?.(passed),
        );
      },
      close: async () => {
        this.#peripheral = undefined;
        for (const link of this.#links) this.#cut(link);
      },
    };
  }

  /** @param id address of the central */
  async connect(mtu: number, id = '00:00:00:00:00:01'): Promise<GattConnection> {
    const peripheral = this.#peripheral;
    if (!peripheral) throw new BleError('radio-disconnected', 'expected a peripheral in range');
    const closed = Promise.withResolvers<void>();
    const link: Link = {
      peer: { id, mtu, secured: false, closed: closed.promise, close: () => this.#cut(link) },
      listeners: new Map(),
      closed,
      open: true,
    };
    this.#links.add(link);
    peripheral.connected?.(link.peer);
    return {
      id: 'the peripheral',
      name: peripheral.name,
      mtu: this.#options.hideMtu ? undefined : mtu,
      closed: closed.promise,
      service: async (uuid) => this.#service(link, peripheral, uuid),
      close: () => this.#cut(link),
    };
  }

  /** A notification that no sensor sent. */
  inject(characteristic: string, value: Bytes): void {
    for (const { listeners } of this.#links) listeners.get(characteristic)?.(value);
  }

  /** As a radio says whose every link is taken. */
  full(): void {
    this.#peripheral?.full?.();
  }

  /** As when a person walks out of the room. */
  outOfRange(): void {
    for (const link of this.#links) this.#cut(link);
  }

  #service(link: Link, { services }: PeripheralOptions, uuid: string): GattService {
    const service = services.find((offered) => offered.uuid === uuid);
    if (!service) throw new BleError('gatt-refused', 'expected a service that is offered');
    return {
      uuid,
      characteristic: async (wanted) => {
        const offered = service.characteristics.find((each) => each.uuid === wanted);
        if (!offered) throw new BleError('gatt-refused', 'expected a characteristic that is offered');
        return this.#characteristic(link, offered);
      },
    };
  }

  #characteristic(link: Link, offered: OfferedCharacteristic): RemoteCharacteristic {
    const { uuid } = offered;
    const write = async (value: Bytes): Promise<void> => {
      this.#expectOpen(link);
      this.#carry(link, { direction: 'to sensor', characteristic: uuid, value }, (passed) =>
        offered.write?.(link.peer, passed),
      );
      await turn();
    };
    return {
      uuid,
      read: async () => {
        this.#expectOpen(link);
        return offered.read?.(link.peer) ?? new Uint8Array(0);
      },
      write,
      writeWithoutResponse: write,
      listen: async (listener) => {
        this.#expectOpen(link);
        link.listeners.set(uuid, listener);
        offered.subscribed?.(link.peer, true);
        return async () => {
          link.listeners.delete(uuid);
          offered.subscribed?.(link.peer, false);
        };
      },
    };
  }

  #carry(link: Link, value: ValueOnAir, arrive: (value: Bytes) => void): void {
    if (value.value.length > link.peer.mtu - attHeader)
      throw new BleError('gatt-refused', 'expected a value within the MTU');
    const { pass = ({ value: same }) => [same] } = this.#options;
    for (const passed of pass(value)) {
      setTimeout(() => {
        if (link.open) arrive(passed);
      });
    }
  }

  #expectOpen(link: Link): void {
    if (!link.open) throw new BleError('radio-disconnected', 'expected a link that is open');
  }

  #cut(link: Link): void {
    if (!link.open) return;
    link.open = false;
    this.#links.delete(link);
    link.closed.resolve();
  }
}

function turn(): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve));
}
