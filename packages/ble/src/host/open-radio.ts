// A radio: our own host stack on a controller.

import { openBluezRadio } from '../bluez/bluez-radio.ts';
import { BleError } from '../errors.ts';
import type { GattServer, PeripheralOptions } from '../gatt/gatt-server.ts';
import { parseAdapterAddress } from '../hci/adapter-address.ts';
import { HciTransport } from '../hci/hci-transport.ts';
import { largestMtu, limitAttMtu, smallestMtu } from '../hci/limit-att-mtu.ts';
import { type HciAddress, openHciStream } from '../hci/open-hci.ts';
import { BondStore } from './bond-store.ts';
import { CentralConnection } from './central-connection.ts';
import { type HostStack, loadHostStack, type StackConnection, type StackManager } from './host-stack.ts';
import { isStaticRandom, keptIdentity } from './identity.ts';
import { Link } from './link.ts';
import { attendPairing, type PairingAgent } from './pairing.ts';
import { Peripheral } from './peripheral.ts';
import type { DeviceAddress, FoundDevice, Radio, RadioConnection, ScanFilter } from './radio.ts';
import { scan } from './scan.ts';
import { type Patience, within } from './within.ts';

export interface RadioOptions {
  /** Made if it is not there. Keys of paired devices are in it: nobody else may read it. */
  readonly bondFolder: string;
  /** Own address on the air, static and random: its first digit is C, D, E or F. Default: one of its own, kept. */
  readonly identity?: string;
  /** The largest ATT MTU to agree on, 23 to 517. */
  readonly mtu?: number;
  /** Default: "just works". */
  readonly pairing?: PairingAgent;
}

const startTimeoutMs = 5_000;

/** @param address as `parseAdapterAddress` has it. @throws BleError `radio-unavailable` */
export async function openRadio(address: string, options: RadioOptions): Promise<Radio> {
  const adapter = parseAdapterAddress(address);
  if (adapter.kind === 'bluez') return openBluezRadio(adapter.adapter, options);
  return openHostRadio(adapter, options);
}

async function openHostRadio(adapter: HciAddress, options: RadioOptions): Promise<Radio> {
  const { mtu = largestMtu } = options;
  if (!Number.isInteger(mtu) || mtu < smallestMtu || mtu > largestMtu) {
    throw new BleError('radio-unavailable', `expected an MTU of ${smallestMtu} to ${largestMtu}`);
  }
  const identity = options.identity ?? keptIdentity(options.bondFolder);
  if (!isStaticRandom(identity)) {
    throw new BleError('radio-unavailable', 'expected a static random address, its first digit C, D, E or F');
  }
  const bonds = new BondStore(options.bondFolder);
  const stack = loadHostStack(bonds);
  const transport = new HciTransport(await openHciStream(adapter), limitAttMtu(mtu));
  try {
    const started = start(stack, transport, identity);
    const manager = await within(started, { timeoutMs: startTimeoutMs }, 'the adapter to answer');
    return new HostRadio({ stack, transport, manager, bonds }, identity, options.pairing ?? {});
  } catch (cause) {
    transport.close();
    if (transport.failure instanceof BleError) throw transport.failure;
    throw new BleError('radio-unavailable', 'the adapter does not answer as a Bluetooth controller does', { cause });
  }
}

async function start(stack: HostStack, transport: HciTransport, identity: string): Promise<StackManager> {
  const ready = Promise.withResolvers<StackManager>();
  transport.closed.then(() =>
    ready.reject(transport.failure ?? new BleError('radio-unavailable', 'the adapter closed the line')),
  );
  stack.BleManager.create(transport, { staticRandomAddress: identity }, (error, manager) =>
    error === null ? ready.resolve(manager) : ready.reject(error),
  );
  return ready.promise;
}

interface Started {
  readonly stack: HostStack;
  readonly transport: HciTransport;
  readonly manager: StackManager;
  readonly bonds: BondStore;
}

class HostRadio implements Radio {
  readonly address: string;
  readonly #bonds: BondStore;
  readonly #stack: HostStack;
  readonly #transport: HciTransport;
  readonly #manager: StackManager;
  readonly #agent: PairingAgent;
  readonly #adapterLink = new Link();
  readonly #links = new Map<StackConnection, Link>();
  #peripheral: Peripheral | undefined;

  constructor({ stack, transport, manager, bonds }: Started, address: string, agent: PairingAgent) {
    this.#bonds = bonds;
    this.#stack = stack;
    this.#transport = transport;
    this.#manager = manager;
    this.address = address;
    this.#agent = agent;
    const gone = () => {
      this.#adapterLink.end();
      for (const link of this.#links.values()) link.end();
    };
    // Without a listener the stack's last word would be thrown: the adapter reported a fault of its own, or went.
    manager.on('error', () => transport.close());
    transport.closed.then(gone);
  }

  get closed(): Promise<void> {
    return this.#adapterLink.closed;
  }

  get refused(): number {
    return this.#transport.refused;
  }

  scan(filter: ScanFilter = {}, signal?: AbortSignal): AsyncGenerator<FoundDevice, void, void> {
    this.#expectOpen();
    return scan(this.#manager, this.#adapterLink, filter, signal);
  }

  async find(filter: ScanFilter, patience: Patience = {}): Promise<FoundDevice> {
    const stop = new AbortController();
    const search = async () => {
      for await (const device of this.scan(filter, stop.signal)) return device;
      throw new BleError('radio-unavailable', 'the adapter went while it scanned');
    };
    try {
      return await within(search(), patience, 'a device to be heard');
    } finally {
      stop.abort();
    }
  }

  async connect({ id, addressType }: DeviceAddress, patience: Patience = {}): Promise<RadioConnection> {
    this.#expectOpen();
    if ([...this.#links.keys()].some(({ peerAddress }) => peerAddress === id.toUpperCase())) {
      throw new BleError('radio-unavailable', 'expected a device that is not connected yet');
    }
    let connected: CentralConnection | undefined;
    let late = false;
    let cancel = () => {};
    const attempt = this.#adapterLink.run<CentralConnection | undefined>((done) => {
      const pending = this.#manager.connect(addressType, id, {}, (connection) => {
        if (late) {
          connection.disconnect();
          return;
        }
        attendPairing(connection, 'central', this.#agent);
        connected = new CentralConnection(connection, undefined, this.#linkOf(connection), this.#agent);
        done(connected);
      });
      cancel = () => {
        pending.cancel(() => undefined);
        done(undefined);
      };
    });
    const ready = attempt.then(async (connection) => {
      if (connection === undefined) throw new BleError('radio-disconnected', 'expected the device to answer in time');
      await connection.begin();
      return connection;
    });
    try {
      return await within(ready, patience, 'the device to answer');
    } catch (error) {
      late = true;
      ready.catch(() => undefined);
      if (connected === undefined) cancel();
      else connected.close();
      throw error;
    }
  }

  async advertise(options: PeripheralOptions): Promise<GattServer> {
    this.#expectOpen();
    if (this.#peripheral !== undefined) {
      throw new BleError('radio-unavailable', 'expected a radio that does not advertise yet');
    }
    this.#peripheral = new Peripheral(
      {
        stack: this.#stack,
        manager: this.#manager,
        agent: this.#agent,
        adapterLink: this.#adapterLink,
        linkOf: (connection) => this.#linkOf(connection),
      },
      options,
    );
    return this.#peripheral;
  }

  keep(id: string): void {
    this.#bonds.keep(id);
  }

  async forget({ id, addressType }: DeviceAddress): Promise<void> {
    this.#expectOpen();
    const closing = [...this.#links].filter(([{ peerAddress }]) => peerAddress === id.toUpperCase());
    for (const [connection] of closing) connection.disconnect();
    await Promise.all(closing.map(([, link]) => link.closed));
    this.#manager.removeBond(addressType, id);
  }

  async close(): Promise<void> {
    const closing = [...this.#links].map(([connection, link]) => {
      connection.disconnect();
      return link.closed;
    });
    await within(Promise.all([this.#peripheral?.close(), ...closing]), { timeoutMs: 1_000 }, 'links to end').catch(
      () => undefined,
    );
    this.#transport.close();
    await this.#transport.closed;
    this.#adapterLink.end();
  }

  #linkOf(connection: StackConnection): Link {
    const known = this.#links.get(connection);
    if (known !== undefined) return known;
    const link = new Link();
    this.#links.set(connection, link);
    connection.once('disconnect', () => {
      this.#links.delete(connection);
      link.end();
    });
    return link;
  }

  #expectOpen(): void {
    if (this.#adapterLink.over) throw new BleError('radio-unavailable', 'expected a radio that is open');
  }
}
