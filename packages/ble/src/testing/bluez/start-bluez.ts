// `org.bluez` on a private D-Bus, over a radio: the face of BlueZ that Chromium's Web Bluetooth talks to, where no kernel
// and no bluetoothd has the adapter. What is behind it is our own host stack on a controller of the room.

import type { EventEmitter } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Message, type MessageBus, sessionBus, Variant } from '@jellybrick/dbus-next';
import { openRadio, type RadioOptions } from '../../host/open-radio.ts';
import type { Radio } from '../../host/radio.ts';
import { BluezError, bluezErrorOf } from './bluez-error.ts';
import { DeviceObject, devicePathOf } from './device-object.ts';
import { ObjectTree } from './object-tree.ts';
import { startPrivateBus } from './private-bus.ts';

export interface Bluez {
  /** Of the bus, for whatever talks to BlueZ. */
  readonly busAddress: string;
  /** For `chromium.launch`: a browser whose Bluetooth is this adapter. */
  readonly launchOptions: { readonly env: Record<string, string>; readonly args: readonly string[] };
  /** Off, as in a phone's settings, and on again. */
  power(on: boolean): void;
  close(): Promise<void>;
}

const adapterPath = '/org/bluez/hci0';
const adapter1 = 'org.bluez.Adapter1';

/** @param controller the address of one in a room. */
export async function startBluez(
  controller: string,
  options: Omit<RadioOptions, 'bondFolder'> & { readonly bondFolder?: string } = {},
): Promise<Bluez> {
  const folder = await mkdtemp(join(tmpdir(), 'vs-bluez-'));
  const daemon = await startPrivateBus(folder);
  try {
    const radio = await openRadio(controller, { bondFolder: join(folder, 'bonds'), ...options });
    const bus = sessionBus({ busAddress: daemon.address });
    // Not among the events that its types name. The daemon is killed with whatever was on its way.
    const events: EventEmitter = bus;
    const lost = Promise.withResolvers<never>();
    lost.promise.catch(() => undefined);
    events.on('error', lost.reject);
    const face = new BluezFace(bus, radio);
    // A bus that is not there answers nothing: only its error is heard.
    await Promise.race([bus.requestName('org.bluez'), lost.promise]);
    const env: Record<string, string> = { DBUS_SYSTEM_BUS_ADDRESS: daemon.address };
    for (const [name, value] of Object.entries(process.env)) if (value !== undefined) env[name] ??= value;
    return {
      busAddress: daemon.address,
      launchOptions: { env, args: ['--enable-blink-features=WebBluetooth'] },
      power: (on) => face.power(on),
      async close() {
        await radio.close();
        face.end();
        bus.disconnect();
        await daemon.stop();
        await rm(folder, { recursive: true, force: true });
      },
    };
  } catch (error) {
    await daemon.stop();
    await rm(folder, { recursive: true, force: true });
    throw error;
  }
}

/** An answer is its signature and then its values; none is an empty one. */
type Method = (path: string, ...parameters: never[]) => unknown;

class BluezFace {
  readonly #bus: MessageBus;
  readonly #radio: Radio;
  readonly #tree: ObjectTree;
  readonly #devices = new Map<string, DeviceObject>();
  readonly #methods: ReadonlyMap<string, Method>;
  #scan: AbortController | undefined;

  constructor(bus: MessageBus, radio: Radio) {
    this.#bus = bus;
    this.#radio = radio;
    this.#tree = new ObjectTree(bus);
    this.#methods = new Map(Object.entries(this.#describe()));
    this.#tree.add('/org/bluez', { 'org.bluez.AgentManager1': {}, 'org.bluez.ProfileManager1': {} });
    this.#tree.add(adapterPath, {
      [adapter1]: {
        Address: new Variant('s', radio.address),
        AddressType: new Variant('s', 'random'),
        Name: new Variant('s', 'phone'),
        Alias: new Variant('s', 'phone'),
        Class: new Variant('u', 0),
        Powered: new Variant('b', true),
        Discoverable: new Variant('b', false),
        DiscoverableTimeout: new Variant('u', 0),
        Pairable: new Variant('b', true),
        PairableTimeout: new Variant('u', 0),
        Discovering: new Variant('b', false),
        UUIDs: new Variant('as', []),
        Modalias: new Variant('s', 'usb:v1D6Bp0246d0542'),
        Roles: new Variant('as', ['central']),
      },
      'org.bluez.GattManager1': {},
      'org.bluez.LEAdvertisingManager1': {},
    });
    bus.addMethodHandler((message) => this.#handle(message));
  }

  end(): void {
    this.#tree.end();
  }

  power(on: boolean): void {
    if (!on) {
      this.#stopScan();
      for (const device of this.#devices.values()) device.disconnect();
    }
    this.#tree.set(adapterPath, adapter1, { Powered: new Variant('b', on) });
  }

  #handle(message: Message): boolean {
    const method = this.#methods.get(`${message.interface}.${message.member}`);
    if (method === undefined) return false;
    this.#answer(message, method).catch(() => undefined);
    return true;
  }

  async #answer(message: Message, method: Method): Promise<void> {
    try {
      const answer = await method(message.path, ...(message.body as never[]));
      const [signature = '', ...body] = Array.isArray(answer) ? answer : [];
      this.#bus.send(Message.newMethodReturn(message, signature, body));
    } catch (error) {
      const { type, text } = bluezErrorOf(error);
      this.#bus.send(Message.newError(message, type, text));
    }
  }

  #describe(): Record<string, Method> {
    const tree = this.#tree;
    return {
      'org.freedesktop.DBus.ObjectManager.GetManagedObjects': () => ['a{oa{sa{sv}}}', tree.all()],
      'org.freedesktop.DBus.Properties.Get': (path, of: string, name: string) => {
        const value = tree.get(path, of)?.[name];
        if (value === undefined) throw new BluezError('Failed', 'no such property');
        return ['v', value];
      },
      'org.freedesktop.DBus.Properties.GetAll': (path, of: string) => ['a{sv}', tree.get(path, of) ?? {}],
      'org.freedesktop.DBus.Properties.Set': (path, of: string, name: string, value: Variant) => {
        if (name === 'Powered') this.power(value.value === true);
        else tree.set(path, of, { [name]: value });
      },
      'org.bluez.Adapter1.SetDiscoveryFilter': () => {},
      'org.bluez.Adapter1.StartDiscovery': () => {
        this.#expectPower();
        this.#startScan();
      },
      'org.bluez.Adapter1.StopDiscovery': () => this.#stopScan(),
      'org.bluez.Adapter1.RemoveDevice': async (_path, device: string) => {
        const gone = this.#devices.get(device);
        if (gone === undefined) throw new BluezError('Failed', 'no such device');
        gone.disconnect();
        this.#devices.delete(device);
        tree.remove(device);
        await this.#radio.forget(gone.address);
      },
      'org.bluez.Device1.Connect': (path) => this.#connect(path),
      'org.bluez.Device1.ConnectLE': (path) => this.#connect(path),
      'org.bluez.Device1.Disconnect': (path) => this.#deviceOf(path).disconnect(),
      'org.bluez.Device1.Pair': (path) => this.#deviceOf(path).pair(),
      'org.bluez.GattCharacteristic1.StartNotify': (path) => this.#deviceOf(path).notify(path, true),
      'org.bluez.GattCharacteristic1.StopNotify': (path) => this.#deviceOf(path).notify(path, false),
      'org.bluez.GattCharacteristic1.ReadValue': async (path) => ['ay', await this.#deviceOf(path).read(path)],
      'org.bluez.GattDescriptor1.ReadValue': async (path) => ['ay', await this.#deviceOf(path).read(path)],
      'org.bluez.GattCharacteristic1.WriteValue': (path, value: Uint8Array, how: Record<string, Variant>) =>
        this.#deviceOf(path).write(path, Buffer.from(value), how.type?.value === 'command'),
      'org.bluez.AgentManager1.RegisterAgent': () => {},
      'org.bluez.AgentManager1.RequestDefaultAgent': () => {},
      'org.bluez.AgentManager1.UnregisterAgent': () => {},
    };
  }

  #connect(path: string): Promise<void> {
    this.#expectPower();
    return this.#deviceOf(path).connect();
  }

  /** As bluetoothd answers whoever asks an adapter that is off (its src/error.c). */
  #expectPower(): void {
    if (this.#tree.get(adapterPath, adapter1)?.Powered?.value === true) return;
    throw new BluezError('NotReady', 'Resource Not Ready');
  }

  #startScan(): void {
    this.#scan ??= this.#listen();
    this.#tree.set(adapterPath, adapter1, { Discovering: new Variant('b', true) });
  }

  #stopScan(): void {
    this.#scan?.abort();
    this.#scan = undefined;
    this.#tree.set(adapterPath, adapter1, { Discovering: new Variant('b', false) });
  }

  #listen(): AbortController {
    const stop = new AbortController();
    const hear = async () => {
      for await (const found of this.#radio.scan({}, stop.signal)) {
        const known = this.#devices.get(devicePathOf(adapterPath, found.id));
        if (known !== undefined) {
          known.heard(found);
          continue;
        }
        const device = new DeviceObject(this.#tree, this.#radio, adapterPath, found);
        this.#devices.set(device.path, device);
      }
    };
    hear().catch(() => undefined);
    return stop;
  }

  #deviceOf(path: string): DeviceObject {
    for (const [devicePath, device] of this.#devices) {
      if (path === devicePath || path.startsWith(`${devicePath}/`)) return device;
    }
    throw new BluezError('Failed', 'no such device');
  }
}
