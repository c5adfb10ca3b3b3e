// A device as BlueZ shows it on D-Bus (its doc/org.bluez.Device and Gatt*.rst): connected, its services resolved, and each
// of their characteristics an object of its own.

import { Variant } from '@jellybrick/dbus-next';
import { CentralConnection } from '../../host/central-connection.ts';
import type { StackCharacteristic, StackDescriptor } from '../../host/host-stack.ts';
import type { DeviceAddress, FoundDevice, Radio } from '../../host/radio.ts';
import { BluezError } from './bluez-error.ts';
import type { ObjectTree } from './object-tree.ts';

const device1 = 'org.bluez.Device1';
const characteristic1 = 'org.bluez.GattCharacteristic1';
const descriptor1 = 'org.bluez.GattDescriptor1';

const flagNames = {
  read: 'read',
  writeWithoutResponse: 'write-without-response',
  write: 'write',
  notify: 'notify',
  indicate: 'indicate',
} as const;

const handleText = (handle: number) => handle.toString(16).padStart(4, '0');

export const devicePathOf = (adapterPath: string, id: string) => `${adapterPath}/dev_${id.replaceAll(':', '_')}`;

export class DeviceObject {
  readonly path: string;
  readonly address: DeviceAddress;
  readonly #tree: ObjectTree;
  readonly #radio: Radio;
  readonly #characteristics = new Map<string, StackCharacteristic>();
  readonly #descriptors = new Map<string, StackDescriptor>();
  #connection: CentralConnection | undefined;
  #connecting: Promise<void> | undefined;
  #givingUp = new AbortController();

  constructor(tree: ObjectTree, radio: Radio, adapterPath: string, found: FoundDevice) {
    this.path = devicePathOf(adapterPath, found.id);
    this.address = { id: found.id, addressType: found.addressType };
    this.#tree = tree;
    this.#radio = radio;
    const no = new Variant('b', false);
    tree.add(this.path, {
      [device1]: {
        Address: new Variant('s', found.id),
        AddressType: new Variant('s', found.addressType),
        Adapter: new Variant('o', adapterPath),
        Alias: new Variant('s', found.name ?? found.id),
        Paired: no,
        Trusted: no,
        Blocked: no,
        LegacyPairing: no,
        Connected: no,
        ServicesResolved: no,
        ...heard(found),
      },
    });
  }

  heard(found: FoundDevice): void {
    this.#tree.set(this.path, device1, heard(found));
  }

  /** Asked twice, it connects once; told to disconnect meanwhile, it gives up. */
  async connect(): Promise<void> {
    // An attempt that was given up has not ended yet: what is asked for now is another.
    if (this.#givingUp.signal.aborted) await this.#connecting?.catch(() => undefined);
    if (this.#connection !== undefined) return;
    this.#connecting ??= this.#connect();
    try {
      await this.#connecting;
    } finally {
      this.#connecting = undefined;
    }
  }

  disconnect(): void {
    this.#givingUp.abort();
    this.#connection?.close();
  }

  async #connect(): Promise<void> {
    this.#givingUp = new AbortController();
    const connection = await this.#radio.connect(this.address, { signal: this.#givingUp.signal });
    if (!(connection instanceof CentralConnection)) throw new BluezError('Failed', 'expected a host stack of our own');
    this.#connection = connection;
    connection.closed.then(() => this.#lost());
    this.#tree.set(this.path, device1, { Connected: new Variant('b', true) });
    this.#resolve(connection).catch(() => connection.close());
  }

  async pair(): Promise<void> {
    await this.#live().secure();
    this.#tree.set(this.path, device1, { Paired: new Variant('b', true) });
  }

  async read(path: string): Promise<Buffer> {
    const connection = this.#live();
    const characteristic = this.#characteristics.get(path);
    const descriptor = this.#descriptors.get(path);
    const value = await connection.request<Buffer>((done) => {
      if (characteristic !== undefined) characteristic.read(done);
      else descriptor?.read(done);
    });
    // BlueZ signals the value of a read too, and Chromium takes one signal a read for that.
    const of = characteristic === undefined ? descriptor1 : characteristic1;
    this.#tree.set(path, of, { Value: new Variant('ay', value ?? Buffer.alloc(0)) });
    this.#paired();
    return value ?? Buffer.alloc(0);
  }

  async write(path: string, value: Buffer, withoutResponse: boolean): Promise<void> {
    const connection = this.#live();
    const characteristic = this.#characteristicAt(path);
    if (withoutResponse) {
      if (value.length > connection.mtu - 3) throw new BluezError('Failed', 'longer than the MTU');
      await connection.during<void>((done) => characteristic.writeWithoutResponse(value, () => done()));
      return;
    }
    await connection.request<never>((done) => characteristic.write(value, done));
    this.#paired();
  }

  async notify(path: string, on: boolean): Promise<void> {
    const characteristic = this.#characteristicAt(path);
    const { notify = false, indicate = false } = characteristic.properties;
    await this.#live().request<never>((done) =>
      characteristic.writeCCCD(on && notify, on && !notify && indicate, done),
    );
    this.#tree.set(path, characteristic1, { Notifying: new Variant('b', on) });
    this.#paired();
  }

  async #resolve(connection: CentralConnection): Promise<void> {
    const uuids: string[] = [];
    for (const service of await connection.services()) {
      const servicePath = `${this.path}/service${handleText(service.startHandle)}`;
      uuids.push(service.uuid.toLowerCase());
      this.#tree.add(servicePath, {
        'org.bluez.GattService1': {
          UUID: new Variant('s', service.uuid.toLowerCase()),
          Device: new Variant('o', this.path),
          Primary: new Variant('b', true),
          Includes: new Variant('ao', []),
        },
      });
      const found = await connection.during<StackCharacteristic[]>((done) => service.discoverCharacteristics(done));
      for (const characteristic of found) await this.#addCharacteristic(connection, servicePath, characteristic);
    }
    this.#tree.set(this.path, device1, {
      UUIDs: new Variant('as', uuids),
      ServicesResolved: new Variant('b', true),
    });
  }

  async #addCharacteristic(
    connection: CentralConnection,
    servicePath: string,
    characteristic: StackCharacteristic,
  ): Promise<void> {
    const path = `${servicePath}/char${handleText(characteristic.declarationHandle)}`;
    const flags = Object.entries(flagNames)
      .filter(([name]) => Reflect.get(characteristic.properties, name) === true)
      .map(([, flag]) => flag);
    this.#characteristics.set(path, characteristic);
    characteristic.on('change', (value: Buffer, indicated: boolean, confirm: () => void) => {
      if (indicated) confirm();
      this.#tree.set(path, characteristic1, { Value: new Variant('ay', value) });
    });
    this.#tree.add(path, {
      [characteristic1]: {
        UUID: new Variant('s', characteristic.uuid.toLowerCase()),
        Service: new Variant('o', servicePath),
        Value: new Variant('ay', Buffer.alloc(0)),
        Notifying: new Variant('b', false),
        Flags: new Variant('as', flags),
        MTU: new Variant('q', connection.mtu),
      },
    });
    const descriptors = await connection.during<StackDescriptor[]>((done) => characteristic.discoverDescriptors(done));
    for (const descriptor of descriptors) {
      const descriptorPath = `${path}/desc${handleText(descriptor.handle)}`;
      this.#descriptors.set(descriptorPath, descriptor);
      this.#tree.add(descriptorPath, {
        [descriptor1]: {
          UUID: new Variant('s', descriptor.uuid.toLowerCase()),
          Characteristic: new Variant('o', path),
          Value: new Variant('ay', Buffer.alloc(0)),
          Flags: new Variant('as', ['read', 'write']),
        },
      });
    }
  }

  #paired(): void {
    const paired = this.#tree.get(this.path, device1)?.Paired?.value === true;
    if (!paired && this.#connection?.secured === true) {
      this.#tree.set(this.path, device1, { Paired: new Variant('b', true) });
    }
  }

  #lost(): void {
    this.#connection = undefined;
    this.#characteristics.clear();
    this.#descriptors.clear();
    for (const path of this.#tree.below(this.path)) this.#tree.remove(path);
    this.#tree.set(this.path, device1, {
      Connected: new Variant('b', false),
      ServicesResolved: new Variant('b', false),
    });
  }

  #live(): CentralConnection {
    if (this.#connection === undefined) throw new BluezError('NotConnected', 'not connected');
    return this.#connection;
  }

  #characteristicAt(path: string): StackCharacteristic {
    const characteristic = this.#characteristics.get(path);
    if (characteristic === undefined) throw new BluezError('Failed', 'no such characteristic');
    return characteristic;
  }
}

const heard = (found: FoundDevice) => ({
  RSSI: new Variant('n', Math.max(-127, Math.min(20, found.rssi))),
  UUIDs: new Variant('as', [...found.services]),
  ...(found.name === undefined ? {} : { Name: new Variant('s', found.name), Alias: new Variant('s', found.name) }),
});
