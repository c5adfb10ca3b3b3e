// Objects on a D-Bus with their properties, told of as the standard interfaces Properties and ObjectManager tell.

import { Message, type MessageBus, type Variant } from '@jellybrick/dbus-next';

export type Properties = Record<string, Variant>;
type Interfaces = Record<string, Properties>;

const propertiesInterface = 'org.freedesktop.DBus.Properties';
const managerInterface = 'org.freedesktop.DBus.ObjectManager';

export class ObjectTree {
  readonly #bus: MessageBus;
  readonly #objects = new Map<string, Interfaces>();
  #over = false;

  constructor(bus: MessageBus) {
    this.#bus = bus;
  }

  /** Nothing is told from now on: the bus goes. */
  end(): void {
    this.#over = true;
  }

  has(path: string): boolean {
    return this.#objects.has(path);
  }

  add(path: string, interfaces: Interfaces): void {
    this.#objects.set(path, { [propertiesInterface]: {}, ...interfaces });
    this.#signal('/', managerInterface, 'InterfacesAdded', 'oa{sa{sv}}', [path, this.#objects.get(path)]);
  }

  /** Also what is below it, the lowest first. */
  remove(path: string): void {
    const gone = [...this.#objects.keys()].filter((one) => one === path || one.startsWith(`${path}/`));
    for (const one of gone.toReversed()) {
      const interfaces = Object.keys(this.#objects.get(one) ?? {});
      this.#objects.delete(one);
      this.#signal('/', managerInterface, 'InterfacesRemoved', 'oas', [one, interfaces]);
    }
  }

  below(path: string): string[] {
    return [...this.#objects.keys()].filter((one) => one.startsWith(`${path}/`));
  }

  set(path: string, of: string, changed: Properties): void {
    const properties = this.#objects.get(path)?.[of];
    if (properties === undefined) return;
    Object.assign(properties, changed);
    this.#signal(path, propertiesInterface, 'PropertiesChanged', 'sa{sv}as', [of, changed, []]);
  }

  get(path: string, of: string): Properties | undefined {
    return this.#objects.get(path)?.[of];
  }

  all(): Record<string, Interfaces> {
    return Object.fromEntries(this.#objects);
  }

  #signal(path: string, of: string, member: string, signature: string, body: unknown[]): void {
    if (!this.#over) this.#bus.send(Message.newSignal(path, of, member, signature, body));
  }
}
