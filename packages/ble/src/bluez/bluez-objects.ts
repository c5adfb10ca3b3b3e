// What BlueZ has on D-Bus, kept up to date by its signals: objects by path, their interfaces, and the values of those.
// Nothing of it is believed to have the form it should have: it passes through what a stranger's device says.

import type { EventEmitter } from 'node:events';
import { Message, type MessageBus, sessionBus, systemBus, Variant } from '@jellybrick/dbus-next';
import { BleError } from '../errors.ts';

type Values = Record<string, unknown>;
export type Changed = (path: string, of: string, values: Values) => void;

const service = 'org.bluez';
const propertiesInterface = 'org.freedesktop.DBus.Properties';
const managerInterface = 'org.freedesktop.DBus.ObjectManager';
const callTimeoutMs = 40_000;

export class BluezObjects {
  readonly closed: Promise<void>;
  readonly #bus: MessageBus;
  readonly #objects = new Map<string, Map<string, Values>>();
  readonly #listeners = new Set<Changed>();
  readonly #close: () => void;

  private constructor(bus: MessageBus) {
    this.#bus = bus;
    const closed = Promise.withResolvers<void>();
    this.closed = closed.promise;
    this.#close = closed.resolve;
    // Not among the events that its types name.
    const events: EventEmitter = bus;
    events.on('error', () => closed.resolve());
    bus.on('message', (message) => this.#hear(message));
  }

  /** @param busAddress default: the system's bus. @throws BleError `radio-unavailable` */
  static async connect(busAddress: string | undefined): Promise<BluezObjects> {
    const bus = busAddress === undefined ? systemBus() : sessionBus({ busAddress });
    const objects = new BluezObjects(bus);
    try {
      for (const each of [propertiesInterface, managerInterface]) {
        await objects.#call('org.freedesktop.DBus', '/org/freedesktop/DBus', 'org.freedesktop.DBus', 'AddMatch', 's', [
          `type='signal',sender='${service}',interface='${each}'`,
        ]);
      }
      const gone = `type='signal',sender='org.freedesktop.DBus',member='NameOwnerChanged',arg0='${service}'`;
      await objects.#call('org.freedesktop.DBus', '/org/freedesktop/DBus', 'org.freedesktop.DBus', 'AddMatch', 's', [
        gone,
      ]);
      const [all] = await objects.call('/', managerInterface, 'GetManagedObjects');
      for (const [path, interfaces] of entries(all)) objects.#add(path, interfaces);
      return objects;
    } catch (cause) {
      objects.close();
      throw new BleError('radio-unavailable', 'expected BlueZ on the system bus', { cause });
    }
  }

  get(path: string, of: string, name: string): unknown {
    return this.#objects.get(path)?.get(of)?.[name];
  }

  has(path: string, of: string): boolean {
    return this.#objects.get(path)?.has(of) === true;
  }

  /** Paths with this interface, below another. */
  below(path: string, of: string): string[] {
    return [...this.#objects.keys()].filter((one) => one.startsWith(`${path}/`) && this.has(one, of));
  }

  /** @returns what ends it */
  listen(listener: Changed): () => void {
    this.#listeners.add(listener);
    return () => void this.#listeners.delete(listener);
  }

  /** @throws what D-Bus answers, its name in `type` */
  call(path: string, of: string, member: string, signature = '', body: unknown[] = []): Promise<unknown[]> {
    return this.#call(service, path, of, member, signature, body);
  }

  /** Answers what BlueZ asks of an object of ours. */
  answer(path: string, answer: (member: string, body: readonly unknown[]) => Promise<[string, ...unknown[]]>): void {
    this.#bus.addMethodHandler((message) => {
      if (message.path !== path) return false;
      answer(message.member, message.body)
        .then(
          ([signature, ...body]) => Message.newMethodReturn(message, signature, body),
          () => Message.newError(message, 'org.bluez.Error.Rejected', 'refused'),
        )
        .then((reply) => this.#bus.send(reply))
        // The bus is gone, and with it whoever asked.
        .catch(() => undefined);
      return true;
    });
  }

  close(): void {
    this.#bus.disconnect();
    this.#close();
  }

  async #call(
    destination: string,
    path: string,
    of: string,
    member: string,
    signature: string,
    body: unknown[],
  ): Promise<unknown[]> {
    const late = Promise.withResolvers<never>();
    const timer = setTimeout(
      () => late.reject(new BleError('radio-disconnected', 'expected BlueZ to answer in time')),
      callTimeoutMs,
    );
    try {
      const call = this.#bus.call(new Message({ destination, path, interface: of, member, signature, body }));
      const reply = await Promise.race([call, late.promise, this.closed]);
      if (!reply) throw new BleError('radio-disconnected', 'expected BlueZ to stay on the bus');
      return reply.body;
    } finally {
      clearTimeout(timer);
    }
  }

  #hear(message: Message): void {
    const { member, body, path } = message;
    if (member === 'NameOwnerChanged' && body[0] === service && body[2] === '') this.close();
    else if (member === 'InterfacesAdded' && typeof body[0] === 'string') this.#add(body[0], body[1]);
    else if (member === 'InterfacesRemoved' && typeof body[0] === 'string') this.#remove(body[0], body[1]);
    else if (member === 'PropertiesChanged' && typeof body[0] === 'string') this.#set(path, body[0], body[1]);
  }

  #add(path: string, interfaces: unknown): void {
    for (const [of, values] of entries(interfaces)) this.#set(path, of, values);
  }

  #remove(path: string, interfaces: unknown): void {
    const known = this.#objects.get(path);
    if (known === undefined || !Array.isArray(interfaces)) return;
    for (const of of interfaces) if (typeof of === 'string') known.delete(of);
    if (known.size === 0) this.#objects.delete(path);
    for (const tell of this.#listeners) tell(path, '', {});
  }

  #set(path: string, of: string, values: unknown): void {
    const known = this.#objects.get(path) ?? new Map<string, Values>();
    this.#objects.set(path, known);
    const changed: Values = {};
    for (const [name, value] of entries(values)) changed[name] = value instanceof Variant ? value.value : value;
    known.set(of, { ...known.get(of), ...changed });
    for (const tell of this.#listeners) tell(path, of, changed);
  }
}

function entries(value: unknown): [string, unknown][] {
  return typeof value === 'object' && value !== null ? Object.entries(value) : [];
}
