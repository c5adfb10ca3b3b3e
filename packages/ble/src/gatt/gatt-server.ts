// A peripheral's view: the services it offers, and each central that is connected. UUIDs as in `gatt-client`.

import type { Bytes } from '@vitalseal/protocol';

export interface GattPeer {
  /** Address of the central on this radio; it may be a random one that changes. */
  readonly id: string;
  /** ATT MTU as agreed so far. */
  readonly mtu: number;
  /** Whether the link is encrypted under LE Secure Connections. */
  readonly secured: boolean;
  readonly closed: Promise<void>;
  close(): void;
}

export interface OfferedCharacteristic {
  readonly uuid: string;
  readonly properties: readonly ('read' | 'write' | 'write-without-response' | 'notify' | 'indicate')[];
  /** `secured`: refused until the link is encrypted under LE Secure Connections. */
  readonly access?: 'open' | 'secured';
  readonly read?: (peer: GattPeer) => Bytes;
  readonly write?: (peer: GattPeer, value: Bytes) => void;
  readonly subscribed?: (peer: GattPeer, on: boolean) => void;
}

export interface OfferedService {
  readonly uuid: string;
  readonly characteristics: readonly OfferedCharacteristic[];
}

export interface GattServer {
  /** Notifies, or indicates where only that was subscribed. Settles when the stack has room for more. */
  notify(peer: GattPeer, characteristic: string, value: Bytes): Promise<void>;
  /** Lets every central go and ends advertising. */
  close(): Promise<void>;
}

export interface PeripheralOptions {
  readonly name: string;
  readonly services: readonly OfferedService[];
  /** Advertised, so that a phone finds it: those of `services` that are to be found. */
  readonly advertised: readonly string[];
  readonly connected?: (peer: GattPeer) => void;
  /** Told again and again while the radio has no link left, so that nobody else can connect. */
  readonly full?: () => void;
}
