// A central's view of a device it is connected with, whatever the radio below: a host stack of our own on an adapter, or
// a browser's Web Bluetooth. UUIDs are 128-bit text in lower case.

import type { Bytes } from '@vitalseal/protocol';

export interface GattConnection {
  /** Of the device on this radio: an address, or what a browser says in its place. */
  readonly id: string;
  readonly name: string | undefined;
  /** ATT MTU; undefined where the platform does not tell (Web Bluetooth). */
  readonly mtu: number | undefined;
  /** An indication is confirmed when it was taken: see `listen`. */
  readonly confirmsWhenTaken?: true;
  /** Settles once, when either end let go or the radio lost it. */
  readonly closed: Promise<void>;
  /** @throws BleError `gatt-refused` for a service that is not there, `radio-disconnected` */
  service(uuid: string): Promise<GattService>;
  close(): void;
}

export interface GattService {
  readonly uuid: string;
  /** @throws BleError `gatt-refused`, `radio-disconnected` */
  characteristic(uuid: string): Promise<RemoteCharacteristic>;
}

export interface RemoteCharacteristic {
  readonly uuid: string;
  /** @throws BleError `gatt-refused`, `radio-disconnected` */
  read(): Promise<Bytes>;
  /** With the response of the other end; longer than the MTU it goes in parts. */
  write(value: Bytes): Promise<void>;
  writeWithoutResponse(value: Bytes): Promise<void>;
  /**
   * Notifications and indications, in the order in which they came. A connection that `confirmsWhenTaken` (of a host
   * stack of ours) confirms an indication when what the listener returns has settled, and not if it was rejected; a browser and
   * BlueZ confirm by themselves.
   * @returns what ends it
   */
  listen(listener: (value: Bytes) => unknown): Promise<() => Promise<void>>;
}
