// The sensor's side of step 1 on Bluetooth LE: the service it offers, and the phones that come, one after the other. Anyone in
// range can be such a phone. One is served at a time; the others wait, those that have proved before in front.

import { BleError } from '../errors.ts';
import type { GattPeer, GattServer, OfferedService } from '../gatt/gatt-server.ts';
import { PhoneAtSensor } from './phone-at-sensor.ts';
import { encodeStatus, type SensorStatus } from './status.ts';
import { sealedSensorUuids } from './uuids.ts';

export interface SealedSensorOptions {
  readonly status: () => Pick<SensorStatus, 'battery' | 'stored' | 'bonded'>;
  /** `secured`: only over LE Secure Connections. The sealing does not rest on it. */
  readonly access?: 'open' | 'secured';
}

const mostWaiting = 4;
const mostRemembered = 8;

export class SealedSensorService {
  /** To be advertised. */
  readonly offered: OfferedService;
  readonly #options: SealedSensorOptions;
  readonly #server = Promise.withResolvers<GattServer>();
  readonly #phones = new Map<GattPeer, PhoneAtSensor>();
  readonly #statusTo = new Set<GattPeer>();
  /** Subscribed, and not served yet. */
  readonly #waiting = new Set<PhoneAtSensor>();
  /** Addresses of phones that have proved to be the patient's. */
  readonly #proved = new Set<string>();
  #served: PhoneAtSensor | undefined;
  #came = Promise.withResolvers<void>();
  #dropped = 0;

  constructor(options: SealedSensorOptions) {
    this.#options = options;
    const access = options.access ?? 'open';
    this.offered = {
      uuid: sealedSensorUuids.service,
      characteristics: [
        {
          uuid: sealedSensorUuids.handshake,
          properties: ['write', 'indicate'],
          access,
          write: (peer, value) => this.#phone(peer).handshakeValue(value),
          subscribed: (peer, on) => this.#subscribed(peer, 'handshake', on),
        },
        {
          uuid: sealedSensorUuids.records,
          properties: ['notify'],
          access,
          subscribed: (peer, on) => this.#subscribed(peer, 'records', on),
        },
        {
          uuid: sealedSensorUuids.answers,
          properties: ['write'],
          access,
          write: (peer, value) => this.#phone(peer).answerValue(value),
        },
        {
          uuid: sealedSensorUuids.status,
          properties: ['read', 'notify'],
          access,
          read: (peer) => this.#status(peer),
          subscribed: (peer, on) => (on ? this.#statusTo.add(peer) : this.#statusTo.delete(peer)),
        },
      ],
    };
  }

  /** Values from phones that were no part of a message. */
  get dropped(): number {
    return this.#dropped;
  }

  /** What the service was advertised on. */
  attach(server: GattServer): void {
    this.#server.resolve(server);
  }

  /** The next phone, which is served until its link is closed. @throws BleError `radio-disconnected` when it was aborted */
  async nextPhone(signal: AbortSignal): Promise<PhoneAtSensor> {
    for (;;) {
      if (signal.aborted) throw new BleError('radio-disconnected', 'expected a sensor that goes on');
      const next = this.#firstInLine();
      if (next) {
        this.#waiting.delete(next);
        this.#served = next;
        void next.ended.then(() => {
          if (this.#served === next) this.#served = undefined;
        });
        return next;
      }
      const came = Promise.withResolvers<void>();
      this.#came = came;
      const stop = () => came.resolve();
      signal.addEventListener('abort', stop);
      await came.promise;
      signal.removeEventListener('abort', stop);
    }
  }

  /** Battery, bond or stored records are others: whoever listens is told. */
  async statusChanged(): Promise<void> {
    const server = await this.#server.promise;
    for (const peer of this.#statusTo) {
      await server.notify(peer, sealedSensorUuids.status, this.#status(peer)).catch(() => this.#statusTo.delete(peer));
    }
  }

  #status(peer: GattPeer): ReturnType<typeof encodeStatus> {
    const busy = this.#served !== undefined && this.#phones.get(peer) !== this.#served;
    return encodeStatus({ ...this.#options.status(), mtu: peer.mtu, busy });
  }

  #phone(peer: GattPeer): PhoneAtSensor {
    const known = this.#phones.get(peer);
    if (known) return known;
    const phone = new PhoneAtSensor(peer, this.#server.promise, {
      dropped: () => (this.#dropped += 1),
      proved: () => this.#remember(peer.id),
      othersWait: () => this.#waiting.size > 0,
    });
    this.#phones.set(peer, phone);
    void phone.ended.then(() => {
      this.#phones.delete(peer);
      this.#waiting.delete(phone);
      this.#statusTo.delete(peer);
    });
    return phone;
  }

  #subscribed(peer: GattPeer, to: 'handshake' | 'records', on: boolean): void {
    const phone = this.#phone(peer);
    if (!phone.subscribed(to, on)) return;
    this.#makeRoom(phone);
    this.#waiting.add(phone);
    this.#came.resolve();
  }

  #firstInLine(): PhoneAtSensor | undefined {
    const [first] = this.#waiting;
    return [...this.#waiting].find(({ peer }) => this.#proved.has(peer.id)) ?? first;
  }

  /** Strangers that fill the line do not keep out a phone that has proved before. */
  #makeRoom(newcomer: PhoneAtSensor): void {
    if (this.#waiting.size < mostWaiting) return;
    const strangers = [...this.#waiting].filter(({ peer }) => !this.#proved.has(peer.id));
    const leaves = this.#proved.has(newcomer.peer.id)
      ? strangers[0]
      : strangers[Math.floor(Math.random() * strangers.length)];
    leaves?.close();
  }

  #remember(id: string): void {
    this.#proved.delete(id);
    this.#proved.add(id);
    const [oldest] = this.#proved;
    if (this.#proved.size > mostRemembered && oldest !== undefined) this.#proved.delete(oldest);
  }
}
