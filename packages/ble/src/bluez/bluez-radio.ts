// A radio on an adapter that the system's bluetoothd owns, as on a Raspberry Pi: scans and connects over D-Bus.

import { Variant } from '@jellybrick/dbus-next';
import { BleError } from '../errors.ts';
import type { GattServer } from '../gatt/gatt-server.ts';
import { Link } from '../host/link.ts';
import type { PairingAgent } from '../host/pairing.ts';
import { type DeviceAddress, type FoundDevice, passes, type Radio, type ScanFilter } from '../host/radio.ts';
import { type Patience, within } from '../host/within.ts';
import { registerAgent } from './bluez-agent.ts';
import { BluezConnection, device1 } from './bluez-connection.ts';
import { BluezObjects } from './bluez-objects.ts';

const adapter1 = 'org.bluez.Adapter1';

export interface BluezOptions {
  readonly pairing?: PairingAgent;
  /** Default: the system's. */
  readonly busAddress?: string;
}

/** @param adapter `hci0`. @throws BleError `radio-unavailable` */
export async function openBluezRadio(adapter: string, { pairing = {}, busAddress }: BluezOptions): Promise<Radio> {
  const objects = await BluezObjects.connect(busAddress);
  try {
    const path = `/org/bluez/${adapter}`;
    if (!objects.has(path, adapter1))
      throw new BleError('radio-unavailable', `expected BlueZ to have adapter ${adapter}`);
    if (objects.get(path, adapter1, 'Powered') !== true) {
      throw new BleError('radio-unavailable', `expected adapter ${adapter} to be switched on`);
    }
    await registerAgent(objects, pairing);
    return new BluezRadio(objects, path);
  } catch (error) {
    objects.close();
    if (error instanceof BleError) throw error;
    throw new BleError('radio-unavailable', 'expected BlueZ to take an agent for pairing', { cause: error });
  }
}

class BluezRadio implements Radio {
  readonly address: string;
  readonly closed: Promise<void>;
  /** BlueZ drops what it does not understand by itself. */
  readonly refused = 0;
  readonly #objects: BluezObjects;
  readonly #path: string;
  readonly #links = new Map<string, Link>();
  /** Of the scans that are on. */
  readonly #ends = new Set<() => void>();
  #scanning = 0;
  #over = false;

  constructor(objects: BluezObjects, path: string) {
    this.#objects = objects;
    this.#path = path;
    this.address = String(objects.get(path, adapter1, 'Address'));
    const off = Promise.withResolvers<void>();
    objects.listen((changed, of, values) => {
      if (changed === path && of === adapter1 && values.Powered === false) off.resolve();
      if (of === device1 && values.Connected === false) this.#endLink(changed);
    });
    this.closed = Promise.race([objects.closed, off.promise]).then(() => {
      this.#over = true;
      for (const end of this.#ends) end();
      for (const device of [...this.#links.keys()]) this.#endLink(device);
      objects.close();
    });
  }

  async *scan(filter: ScanFilter = {}, signal?: AbortSignal): AsyncGenerator<FoundDevice, void, void> {
    this.#expectOpen();
    const heard = new Set<string>();
    let wake = Promise.withResolvers<void>();
    const stop = new AbortController();
    const end = () => {
      stop.abort();
      wake.resolve();
    };
    signal?.addEventListener('abort', end, { once: true });
    this.#ends.add(end);
    const stopListening = this.#objects.listen((path, of, values) => {
      // Its RSSI is told anew with each advertisement.
      if (of !== device1 || !('RSSI' in values)) return;
      heard.add(path);
      wake.resolve();
    });
    try {
      if (signal?.aborted === true) return;
      await this.#startDiscovery();
      while (!stop.signal.aborted) {
        await wake.promise;
        wake = Promise.withResolvers();
        for (const path of heard) {
          heard.delete(path);
          const device = this.#found(path);
          if (stop.signal.aborted) return;
          if (device !== undefined && passes(filter, device)) yield device;
        }
      }
    } finally {
      stopListening();
      this.#ends.delete(end);
      signal?.removeEventListener('abort', end);
      await this.#stopDiscovery();
    }
  }

  async find(filter: ScanFilter, patience: Patience = {}): Promise<FoundDevice> {
    const stop = new AbortController();
    const search = async () => {
      for await (const device of this.scan(filter, stop.signal)) return device;
      throw new BleError('radio-unavailable', 'the adapter went while it scanned');
    };
    const searching = search();
    try {
      return await within(searching, patience, 'a device to be heard');
    } finally {
      stop.abort();
      searching.catch(() => undefined);
    }
  }

  async connect({ id }: DeviceAddress, patience: Patience = {}): Promise<BluezConnection> {
    this.#expectOpen();
    const path = `${this.#path}/dev_${id.toUpperCase().replaceAll(':', '_')}`;
    const known = this.#links.get(path);
    if (known !== undefined) throw new BleError('radio-unavailable', 'expected a device that is not connected yet');
    const link = new Link();
    this.#links.set(path, link);
    try {
      // BlueZ knows a device that was heard, or that is bonded.
      if (!this.#objects.has(path, device1)) await this.find({ id }, patience);
      await within(this.#connected(path), patience, 'the device to answer');
      return new BluezConnection(this.#objects, path, link);
    } catch (cause) {
      // Until BlueZ has given up, it would take another attempt for this one.
      const givenUp = this.#objects.call(path, device1, 'Disconnect');
      await within(givenUp, { timeoutMs: 1_000 }, 'BlueZ to give up').catch(() => undefined);
      this.#endLink(path);
      if (cause instanceof BleError) throw cause;
      throw new BleError('radio-disconnected', 'expected the device to answer', { cause });
    }
  }

  async advertise(): Promise<GattServer> {
    throw new BleError('radio-unavailable', 'expected an adapter of its own for a sensor: bluetoothd keeps this one');
  }

  /** Whom BlueZ keeps is decided by whoever owns it. */
  keep(): void {}

  async forget({ id }: DeviceAddress): Promise<void> {
    const path = `${this.#path}/dev_${id.toUpperCase().replaceAll(':', '_')}`;
    if (this.#objects.has(path, device1)) await this.#objects.call(this.#path, adapter1, 'RemoveDevice', 'o', [path]);
  }

  async close(): Promise<void> {
    if (this.#over) return;
    const ending = [...this.#links].map(async ([path, link]) => {
      await this.#objects.call(path, device1, 'Disconnect').catch(() => undefined);
      await link.closed;
    });
    await within(Promise.all(ending), { timeoutMs: 1_000 }, 'links to end').catch(() => undefined);
    this.#objects.close();
    await this.closed;
  }

  async #connected(path: string): Promise<void> {
    await this.#objects.call(path, device1, 'Connect');
    if (this.#objects.get(path, device1, 'ServicesResolved') === true) return;
    const resolved = Promise.withResolvers<void>();
    const stop = this.#objects.listen((changed, of, values) => {
      if (changed === path && of === device1 && values.ServicesResolved === true) resolved.resolve();
    });
    this.#links.get(path)?.closed.then(resolved.resolve);
    await resolved.promise;
    stop();
    if (this.#objects.get(path, device1, 'ServicesResolved') !== true) {
      throw new BleError('radio-disconnected', 'the device let go at once');
    }
  }

  #endLink(path: string): void {
    this.#links.get(path)?.end();
    this.#links.delete(path);
  }

  #found(path: string): FoundDevice | undefined {
    const of = (name: string) => this.#objects.get(path, device1, name);
    const [id, name, uuids, rssi] = [of('Address'), of('Name'), of('UUIDs'), of('RSSI')];
    if (typeof id !== 'string') return undefined;
    return {
      id,
      addressType: of('AddressType') === 'random' ? 'random' : 'public',
      name: typeof name === 'string' ? name : undefined,
      services: Array.isArray(uuids) ? uuids.map((uuid) => String(uuid).toLowerCase()) : [],
      rssi: typeof rssi === 'number' ? rssi : 127,
    };
  }

  async #startDiscovery(): Promise<void> {
    this.#scanning += 1;
    if (this.#scanning > 1) return;
    const filter = { Transport: new Variant('s', 'le'), DuplicateData: new Variant('b', true) };
    await this.#objects.call(this.#path, adapter1, 'SetDiscoveryFilter', 'a{sv}', [filter]);
    await this.#objects.call(this.#path, adapter1, 'StartDiscovery');
  }

  async #stopDiscovery(): Promise<void> {
    this.#scanning -= 1;
    if (this.#scanning > 0 || this.#over) return;
    await this.#objects.call(this.#path, adapter1, 'StopDiscovery').catch(() => undefined);
  }

  #expectOpen(): void {
    if (this.#over) throw new BleError('radio-unavailable', 'expected a radio that is open');
  }
}
