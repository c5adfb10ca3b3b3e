// A connection that the system's BlueZ holds.

import { Variant } from '@jellybrick/dbus-next';
import type { Bytes } from '@vitalseal/protocol';
import { BleError } from '../errors.ts';
import type { GattService, RemoteCharacteristic } from '../gatt/gatt-client.ts';
import { largestValue, roomFor } from '../host/codes.ts';
import type { Link } from '../host/link.ts';
import type { RadioConnection } from '../host/radio.ts';
import type { BluezObjects } from './bluez-objects.ts';

export const device1 = 'org.bluez.Device1';
const service1 = 'org.bluez.GattService1';
const characteristic1 = 'org.bluez.GattCharacteristic1';
const leastMtu = 23;

export class BluezConnection implements RadioConnection {
  readonly id: string;
  readonly name: string | undefined;
  readonly #path: string;
  readonly #objects: BluezObjects;
  readonly #link: Link;
  readonly #listening = new Map<string, Set<(value: Bytes) => void>>();

  constructor(objects: BluezObjects, path: string, link: Link) {
    this.#objects = objects;
    this.#path = path;
    this.#link = link;
    this.id = String(objects.get(path, device1, 'Address'));
    const name = objects.get(path, device1, 'Name');
    this.name = typeof name === 'string' ? name : undefined;
    const stop = objects.listen((changed, of, { Value: value }) => {
      if (of !== characteristic1 || !Buffer.isBuffer(value)) return;
      const listeners = this.#listening.get(changed);
      if (listeners !== undefined) for (const listener of listeners) listener(Uint8Array.from(value));
    });
    link.closed.then(stop);
  }

  get closed(): Promise<void> {
    return this.#link.closed;
  }

  /** BlueZ tells it of each characteristic, from 5.62 on; the least before that. */
  get mtu(): number {
    for (const path of this.#objects.below(this.#path, characteristic1)) {
      const mtu = this.#objects.get(path, characteristic1, 'MTU');
      if (typeof mtu === 'number' && mtu >= leastMtu) return mtu;
    }
    return leastMtu;
  }

  /** BlueZ does not say by which kind of pairing: its `SecureConnections = only` in main.conf leaves one. */
  get secured(): boolean {
    return this.#objects.get(this.#path, device1, 'Paired') === true;
  }

  async secure(): Promise<void> {
    if (!this.secured) await this.#call(this.#path, device1, 'Pair');
  }

  async service(uuid: string): Promise<GattService> {
    const wanted = uuid.toLowerCase();
    const path = this.#withUuid(this.#path, service1, wanted);
    if (path === undefined) throw new BleError('gatt-refused', `expected the other end to offer service ${wanted}`);
    return {
      uuid: wanted,
      characteristic: async (characteristicUuid) => {
        const lower = characteristicUuid.toLowerCase();
        const found = this.#withUuid(path, characteristic1, lower);
        if (found === undefined)
          throw new BleError('gatt-refused', `expected the service to have characteristic ${lower}`);
        return this.#characteristic(found, lower);
      },
    };
  }

  close(): void {
    this.#objects.call(this.#path, device1, 'Disconnect').catch(() => undefined);
  }

  #characteristic(path: string, uuid: string): RemoteCharacteristic {
    const write = async (value: Bytes, type: 'request' | 'command', most: number) => {
      if (value.length > most) throw new BleError('gatt-refused', `expected at most ${most} bytes to write`);
      const how = { type: new Variant('s', type) };
      await this.#call(path, characteristic1, 'WriteValue', 'aya{sv}', [Buffer.from(value), how]);
    };
    return {
      uuid,
      read: async () => {
        const [value] = await this.#call(path, characteristic1, 'ReadValue', 'a{sv}', [{}]);
        return Buffer.isBuffer(value) ? Uint8Array.from(value) : new Uint8Array();
      },
      write: (value) => write(value, 'request', largestValue),
      writeWithoutResponse: (value) => write(value, 'command', roomFor(this.mtu)),
      listen: (listener) => this.#listen(path, listener),
    };
  }

  /** BlueZ tells of a value that was read as it does of one that was notified: a listener hears both, as in a browser. */
  async #listen(path: string, listener: (value: Bytes) => void): Promise<() => Promise<void>> {
    const own = (value: Bytes) => listener(value);
    const listeners = this.#listening.get(path) ?? new Set();
    this.#listening.set(path, listeners.add(own));
    try {
      if (listeners.size === 1) await this.#call(path, characteristic1, 'StartNotify');
    } catch (error) {
      listeners.delete(own);
      throw error;
    }
    return async () => {
      if (listeners.delete(own) && listeners.size === 0) await this.#call(path, characteristic1, 'StopNotify');
    };
  }

  #withUuid(below: string, of: string, uuid: string): string | undefined {
    return this.#objects
      .below(below, of)
      .find((path) => String(this.#objects.get(path, of, 'UUID')).toLowerCase() === uuid);
  }

  async #call(path: string, of: string, member: string, signature = '', body: unknown[] = []): Promise<unknown[]> {
    const { answer, failure } = await this.#link.run<{ answer?: unknown[]; failure?: unknown }>((done) => {
      this.#objects.call(path, of, member, signature, body).then(
        (values) => done({ answer: values }),
        (cause: unknown) => done({ failure: cause }),
      );
    });
    if (answer !== undefined) return answer;
    if (failure instanceof BleError) throw failure;
    throw new BleError('gatt-refused', 'the other end, or BlueZ, refused', { cause: failure });
  }
}
