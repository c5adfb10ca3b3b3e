// An adapter in use: the one view of it for whatever is below, a host stack of our own or the system's BlueZ.

import type { GattConnection } from '../gatt/gatt-client.ts';
import type { GattServer, PeripheralOptions } from '../gatt/gatt-server.ts';
import type { Patience } from './within.ts';

/** Where a device is reached. Kept, it reaches the device again without a scan. */
export interface DeviceAddress {
  readonly id: string;
  readonly addressType: 'public' | 'random';
}

export interface FoundDevice extends DeviceAddress {
  readonly name: string | undefined;
  /** UUIDs it advertises. */
  readonly services: readonly string[];
  readonly rssi: number;
}

/** All that is given has to hold. */
export interface ScanFilter {
  /** At least one of these services. */
  readonly services?: readonly string[];
  readonly name?: string;
  readonly id?: string;
}

export interface RadioConnection extends GattConnection {
  readonly mtu: number;
  /** Whether the link is encrypted under LE Secure Connections. */
  readonly secured: boolean;
  /**
   * Pairs, or encrypts with the keys of an earlier pairing. A characteristic that asks for it does the same by itself.
   * @throws BleError `gatt-refused`, `radio-disconnected`
   */
  secure(): Promise<void>;
}

export interface Radio {
  /** Own address on the air. */
  readonly address: string;
  /** Settles once, when it was closed or the adapter is gone. */
  readonly closed: Promise<void>;
  /** What the other side sent that could not be understood, dropped. */
  readonly refused: number;
  /** Every advertisement that passes, until `signal` or the loop ends. A device appears again each time it is heard. */
  scan(filter?: ScanFilter, signal?: AbortSignal): AsyncGenerator<FoundDevice, void, void>;
  /** The first that passes. @throws BleError `radio-disconnected` when none was heard in time */
  find(filter: ScanFilter, options?: Patience): Promise<FoundDevice>;
  /** @throws BleError `radio-disconnected` when it is not reached in time */
  connect(device: DeviceAddress, options?: Patience): Promise<RadioConnection>;
  /** Advertises until closed, also while centrals are connected. One at a time on a radio. */
  advertise(options: PeripheralOptions): Promise<GattServer>;
  /** Of a peer that has proved to be ours: the keys of its bond, if it has one, are not given up for those of others. */
  keep(id: string): void;
  /** Its keys are dropped, and its link, so that it can be paired anew. */
  forget(device: DeviceAddress): Promise<void>;
  close(): Promise<void>;
}

export function passes(filter: ScanFilter, device: FoundDevice): boolean {
  if (filter.id !== undefined && filter.id.toUpperCase() !== device.id.toUpperCase()) return false;
  if (filter.name !== undefined && filter.name !== device.name) return false;
  return filter.services === undefined || filter.services.some((uuid) => device.services.includes(uuid.toLowerCase()));
}
