// A connection as its central sees it, over the host stack.

import { BleError } from '../errors.ts';
import type { GattService, RemoteCharacteristic } from '../gatt/gatt-client.ts';
import { att, largestValue, roomFor } from './codes.ts';
import type { StackCharacteristic, StackConnection, StackService } from './host-stack.ts';
import type { Link } from './link.ts';
import { isSecured, type PairingAgent, secureLink } from './pairing.ts';
import type { RadioConnection } from './radio.ts';
import { listenTo } from './subscriptions.ts';

export class CentralConnection implements RadioConnection {
  readonly id: string;
  readonly name: string | undefined;
  readonly #link: Link;
  readonly #connection: StackConnection;
  readonly #agent: PairingAgent;
  #services: Promise<StackService[]> | undefined;
  #securing: Promise<void> | undefined;

  constructor(connection: StackConnection, name: string | undefined, link: Link, agent: PairingAgent) {
    this.id = connection.peerAddress;
    this.name = name;
    this.#link = link;
    this.#connection = connection;
    this.#agent = agent;
  }

  get closed(): Promise<void> {
    return this.#link.closed;
  }

  readonly confirmsWhenTaken = true;

  get mtu(): number {
    return this.#connection.gatt.currentMtu;
  }

  get secured(): boolean {
    return isSecured(this.#connection, 'central');
  }

  /** What is done before anything else: a known peer's keys, and as large an MTU as both ends offer. */
  async begin(): Promise<void> {
    if (this.#connection.smp.hasLtk) await this.secure();
    await this.#link.run<number>((done) => this.#connection.gatt.exchangeMtu(done));
  }

  secure(): Promise<void> {
    this.#securing ??= this.#secure().finally(() => {
      this.#securing = undefined;
    });
    return this.#securing;
  }

  async service(uuid: string): Promise<GattService> {
    this.#services ??= this.#link.run<StackService[]>((done) => this.#connection.gatt.discoverAllPrimaryServices(done));
    const wanted = uuid.toLowerCase();
    const service = (await this.#services).find((one) => one.uuid.toLowerCase() === wanted);
    if (service === undefined) throw new BleError('gatt-refused', `expected the other end to offer service ${wanted}`);
    let characteristics: Promise<StackCharacteristic[]> | undefined;
    return {
      uuid: wanted,
      characteristic: async (characteristicUuid) => {
        characteristics ??= this.#link.run<StackCharacteristic[]>((done) => service.discoverCharacteristics(done));
        return this.#characteristic(await characteristics, characteristicUuid.toLowerCase());
      },
    };
  }

  close(): void {
    this.#connection.disconnect();
  }

  /** @throws BleError `radio-disconnected` where the connection ends first */
  during<T>(start: (done: (value: T) => void) => void): Promise<T> {
    return this.#link.run(start);
  }

  /** Everything the other end offers, for a bridge that shows it all. */
  async services(): Promise<StackService[]> {
    return this.#link.run<StackService[]>((done) => this.#connection.gatt.discoverAllPrimaryServices(done));
  }

  /** @throws BleError `gatt-refused`. Where the other end asks for a secured link, it is secured and asked again. */
  async request<T>(send: (done: (error: number, value?: T) => void) => void): Promise<T | undefined> {
    const ask = () =>
      this.#link.run<{ error: number; value: T | undefined }>((done) => send((error, value) => done({ error, value })));
    let answer = await ask();
    const wantsSecurity =
      answer.error === att.insufficientAuthentication || answer.error === att.insufficientEncryption;
    if (wantsSecurity && !this.secured) {
      await this.secure();
      answer = await ask();
    }
    if (answer.error === 0) return answer.value;
    throw new BleError('gatt-refused', `the other end refused with ATT error ${answer.error}`);
  }

  async #secure(): Promise<void> {
    const failure = await this.#link.run<unknown>((done) =>
      secureLink(this.#connection, this.#agent).then(() => done(undefined), done),
    );
    if (failure !== undefined) throw failure;
  }

  #characteristic(found: readonly StackCharacteristic[], uuid: string): RemoteCharacteristic {
    const one = found.find((candidate) => candidate.uuid.toLowerCase() === uuid);
    if (one === undefined) throw new BleError('gatt-refused', `expected the service to have characteristic ${uuid}`);
    return {
      uuid,
      read: async () => Uint8Array.from((await this.request<Buffer>((done) => one.read(done))) ?? []),
      write: async (value) => {
        if (value.length > largestValue) throw new BleError('gatt-refused', 'expected at most 512 bytes to write');
        await this.request((done) => one.write(Buffer.from(value), done));
      },
      writeWithoutResponse: async (value) => {
        if (value.length > roomFor(this.mtu)) {
          throw new BleError('gatt-refused', 'expected a value without response to fit the MTU');
        }
        await this.#link.run((done) => one.writeWithoutResponse(Buffer.from(value), () => done()));
      },
      listen: (listener) => listenTo(this, one, listener),
    };
  }
}
