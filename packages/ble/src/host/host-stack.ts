// The part of `ble-host` that is used here, typed, and a copy of it for each radio: its store of bonds is one object for
// the whole module, so a process with two radios needs the module twice.

import { createRequire } from 'node:module';
import type { HciTransport } from '../hci/hci-transport.ts';
import type { BondStore } from './bond-store.ts';

export type AddressType = 'public' | 'random';
/** Zero is success. */
type Done = (error: number) => void;

export interface StackEvents {
  on(event: string, listener: (...values: never[]) => void): this;
  once(event: string, listener: (...values: never[]) => void): this;
  off(event: string, listener: (...values: never[]) => void): this;
  listenerCount(event: string): number;
}

export interface StackDescriptor {
  readonly handle: number;
  readonly uuid: string;
  read(done: (error: number, value?: Buffer) => void): void;
}

export interface StackCharacteristic extends StackEvents {
  readonly uuid: string;
  readonly declarationHandle: number;
  readonly properties: Readonly<
    Record<'read' | 'write' | 'writeWithoutResponse' | 'notify' | 'indicate', boolean | undefined>
  >;
  read(done: (error: number, value?: Buffer) => void): void;
  write(value: Buffer, done: Done): void;
  writeWithoutResponse(value: Buffer, sent: () => void): void;
  writeCCCD(notifications: boolean, indications: boolean, done: Done): void;
  discoverDescriptors(done: (found: StackDescriptor[]) => void): void;
}

export interface StackService {
  readonly uuid: string;
  readonly startHandle: number;
  discoverCharacteristics(done: (found: StackCharacteristic[]) => void): void;
}

export interface PairingFeatures {
  readonly ioCap: number;
  readonly bondingFlags: number;
  readonly mitm: boolean;
  readonly sc: boolean;
  readonly maxKeySize: number;
}

export interface StackSecurity extends StackEvents {
  readonly isEncrypted: boolean;
  readonly hasLtk: boolean;
  readonly currentEncryptionLevel: { readonly mitm: boolean; readonly sc: boolean; readonly keySize?: number } | null;
  startEncryption(): boolean;
  sendPairingRequest(features: PairingFeatures): boolean;
  sendPairingFailed(reason: number): void;
}

export interface StackConnection extends StackEvents {
  readonly id: string;
  readonly peerAddress: string;
  readonly peerAddressType: AddressType;
  readonly disconnected: boolean;
  readonly smp: StackSecurity;
  readonly gatt: {
    readonly currentMtu: number;
    exchangeMtu(done: Done): void;
    discoverAllPrimaryServices(done: (found: StackService[]) => void): void;
  };
  disconnect(): void;
}

export interface ScanReport {
  readonly connectable: boolean;
  readonly address: string;
  readonly addressType: AddressType;
  readonly rssi: number;
  readonly parsedDataItems: { readonly localName?: string; readonly serviceUuids?: readonly string[] };
}

/** Described to the stack; it adds `notify` and `indicate` where the properties have them. */
export interface StackOffer {
  uuid: string | number;
  properties: readonly string[];
  maxLength: number;
  readPerm?: string;
  writePerm?: string;
  descriptors?: { uuid: number; writePerm: string; onAuthorizeWrite: StackOffer['onAuthorizeWrite'] }[];
  onAuthorizeRead?: (connection: StackConnection, done: Done) => void;
  onAuthorizeWrite?: (connection: StackConnection, done: Done) => void;
  onRead?: (connection: StackConnection, done: (error: number, value?: Buffer) => void) => void;
  onWrite?: (connection: StackConnection, needsResponse: boolean, value: Buffer, done: Done) => void;
  onSubscriptionChange?: (connection: StackConnection, notification: boolean, indication: boolean) => void;
  notify?: (connection: StackConnection, value: Buffer, sent: () => void) => boolean;
  indicate?: (connection: StackConnection, value: Buffer, confirmed: () => void) => boolean;
}

export interface StackManager extends StackEvents {
  readonly gattDb: {
    setDeviceName(name: string): void;
    addServices(services: { uuid: string | number; characteristics: StackOffer[] }[]): void;
  };
  setAdvertisingData(data: Buffer): void;
  setScanResponseData(data: Buffer): void;
  startAdvertising(
    options: { intervalMin: number; intervalMax: number },
    connected: (status: number, connection?: StackConnection) => void,
  ): void;
  stopAdvertising(done: Done): void;
  startScan(options: { activeScan: boolean }): StackEvents & { stopScan(): void };
  connect(
    type: AddressType,
    address: string,
    options: Record<string, number>,
    connected: (connection: StackConnection) => void,
  ): { cancel(done: () => void): void };
  removeBond(type: AddressType, address: string): void;
}

interface AdvertisingData {
  addFlags(flags: string[]): this;
  add16BitServiceUUIDs(complete: boolean, uuids: number[]): this;
  add128BitServiceUUIDs(complete: boolean, uuids: string[]): this;
  addLocalName(complete: boolean, name: string): this;
  build(): Buffer;
}

export interface HostStack {
  readonly BleManager: {
    create(
      transport: HciTransport,
      options: { staticRandomAddress?: string },
      done: (error: Error | null, manager: StackManager) => void,
    ): void;
  };
  readonly AdvertisingDataBuilder: new () => AdvertisingData;
}

const require = createRequire(import.meta.url);

export function loadHostStack(bonds: BondStore): HostStack {
  const entry = require.resolve('ble-host');
  const folder = entry.slice(0, -'index.js'.length);
  const forget = () => {
    for (const path of Object.keys(require.cache)) if (path.startsWith(folder)) delete require.cache[path];
  };
  forget();
  const storage = require.resolve('ble-host/lib/internal/storage');
  require(storage);
  const module = require.cache[storage];
  if (module === undefined) throw new Error('expected the host stack to have a store of bonds');
  module.exports = bonds;
  const stack: HostStack = require(entry);
  forget();
  return stack;
}
