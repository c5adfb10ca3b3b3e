// A radio as a peripheral: its services in the host stack's database, advertised until closed, any number of centrals.

import { setTimeout as delay } from 'node:timers/promises';
import { BleError } from '../errors.ts';
import type { GattServer, OfferedCharacteristic, PeripheralOptions } from '../gatt/gatt-server.ts';
import { advertisingData } from './advertising-data.ts';
import { CentralPeer } from './central-peer.ts';
import { att, largestValue, roomFor } from './codes.ts';
import type { HostStack, StackConnection, StackManager, StackOffer } from './host-stack.ts';
import type { Link } from './link.ts';
import type { PairingAgent } from './pairing.ts';
import { shortUuid } from './uuid.ts';

const cccd = 0x2902;
const advertiseAgainMs = 500;
/** 100 ms, in units of 0.625 ms. */
const interval = 160;

interface Adapter {
  readonly stack: HostStack;
  readonly manager: StackManager;
  readonly agent: PairingAgent;
  readonly adapterLink: Link;
  /** A link of this radio, ended with it. */
  linkOf(connection: StackConnection): Link;
}

export class Peripheral implements GattServer {
  readonly #adapter: Adapter;
  readonly #options: PeripheralOptions;
  readonly #peers = new Map<StackConnection, CentralPeer>();
  readonly #offers = new Map<string, { offered: OfferedCharacteristic; offer: StackOffer }>();
  #advertising = false;
  #over = false;

  constructor(adapter: Adapter, options: PeripheralOptions) {
    this.#adapter = adapter;
    this.#options = options;
    const { manager } = adapter;
    manager.gattDb.setDeviceName(options.name);
    manager.gattDb.addServices(
      options.services.map(({ uuid, characteristics }) => ({
        uuid: shortUuid(uuid),
        characteristics: characteristics.map((one) => this.#describe(one)),
      })),
    );
    const { advertisement, scanResponse } = advertisingData(adapter.stack, options);
    manager.setAdvertisingData(advertisement);
    manager.setScanResponseData(scanResponse);
    this.#advertise();
  }

  async notify(peer: CentralPeer, characteristic: string, value: Uint8Array): Promise<void> {
    const found = this.#offers.get(characteristic.toLowerCase());
    const subscription = peer.subscriptionOf(characteristic.toLowerCase());
    if (found === undefined || subscription === undefined) {
      throw new BleError('gatt-refused', 'expected the central to have subscribed to the characteristic');
    }
    if (found.offered.access === 'secured' && !peer.secured) {
      throw new BleError('gatt-refused', 'expected the link to be secured before this characteristic notifies');
    }
    if (value.length > roomFor(peer.mtu)) {
      throw new BleError('gatt-refused', 'expected a notified value to fit the MTU');
    }
    const send = subscription === 'notify' ? found.offer.notify : found.offer.indicate;
    const { connection } = peer;
    const sent = Buffer.from(value);
    const taken = await peer.link.run<boolean>((done) => {
      if (send?.call(found.offer, connection, sent, () => done(true)) !== true) done(false);
    });
    if (!taken) throw new BleError('gatt-refused', 'expected the central to be subscribed still');
  }

  async close(): Promise<void> {
    if (this.#over) return;
    this.#over = true;
    const { manager, adapterLink } = this.#adapter;
    if (this.#advertising && !adapterLink.over) {
      this.#advertising = false;
      await adapterLink.run<number>((done) => manager.stopAdvertising(done)).catch(() => undefined);
    }
    const gone = [...this.#peers.values()].map((peer) => {
      peer.close();
      return peer.closed;
    });
    await Promise.all(gone);
  }

  #advertise(): void {
    const { manager, adapterLink } = this.#adapter;
    if (this.#over || this.#advertising || adapterLink.over) return;
    this.#advertising = true;
    manager.startAdvertising({ intervalMin: interval, intervalMax: interval }, (status, connection) => {
      this.#advertising = false;
      if (status === 0 && connection !== undefined) this.#welcome(connection);
      // A controller that cannot advertise beside its connections is asked again until it can.
      if (status !== 0 && !this.#over && this.#peers.size > 0) this.#options.full?.();
      if (status === 0) this.#advertise();
      else delay(advertiseAgainMs, undefined, { ref: false }).then(() => this.#advertise());
    });
  }

  #welcome(connection: StackConnection): void {
    const peer = new CentralPeer(connection, this.#adapter.linkOf(connection), this.#adapter.agent);
    if (this.#over) {
      peer.close();
      return;
    }
    this.#peers.set(connection, peer);
    peer.closed.then(() => this.#peers.delete(connection));
    this.#options.connected?.(peer);
  }

  #describe(offered: OfferedCharacteristic): StackOffer {
    const uuid = offered.uuid.toLowerCase();
    const secured = offered.access === 'secured';
    const authorize = (connection: StackConnection, done: (error: number) => void) => {
      const peer = this.#peers.get(connection);
      if (peer === undefined) done(att.unlikely);
      else if (!secured || peer.secured) done(att.success);
      else done(connection.smp.hasLtk ? att.insufficientEncryption : att.insufficientAuthentication);
    };
    const readable = offered.properties.includes('read');
    const writable = offered.properties.some((one) => one === 'write' || one === 'write-without-response');
    const notifies = offered.properties.some((one) => one === 'notify' || one === 'indicate');
    const offer: StackOffer = {
      uuid: shortUuid(uuid),
      properties: offered.properties,
      maxLength: largestValue,
      ...(readable ? { readPerm: 'custom', onAuthorizeRead: authorize } : {}),
      ...(writable ? { writePerm: 'custom', onAuthorizeWrite: authorize } : {}),
      ...(notifies ? { descriptors: [{ uuid: cccd, writePerm: 'custom', onAuthorizeWrite: authorize }] } : {}),
      onRead: (connection, done) => {
        const peer = this.#peers.get(connection);
        try {
          const value = peer && offered.read?.(peer);
          if (value === undefined) done(att.unlikely);
          else done(att.success, Buffer.from(value));
        } catch {
          done(att.unlikely);
        }
      },
      onWrite: (connection, _needsResponse, value, done) => {
        const peer = this.#peers.get(connection);
        try {
          if (peer !== undefined) offered.write?.(peer, Uint8Array.from(value));
          done(peer === undefined ? att.unlikely : att.success);
        } catch {
          done(att.unlikely);
        }
      },
      onSubscriptionChange: (connection, notification, indication) => {
        const peer = this.#peers.get(connection);
        peer?.subscribe(uuid, notification ? 'notify' : indication ? 'indicate' : undefined, secured, (on) =>
          offered.subscribed?.(peer, on),
        );
      },
    };
    this.#offers.set(uuid, { offered, offer });
    return offer;
  }
}
