// The sensor's side of step 1 on Bluetooth LE: the service it offers, and the phones that come, one after the other. Anyone in
// range can be such a phone. One is served at a time; the others wait, those that have proved before in front. A link on which
// nobody proves anything is held for a bounded time, whatever is said on it: a radio has few.

import { type Bytes, equalBytes } from '@vitalseal/protocol';
import { BleError } from '../errors.ts';
import type { GattPeer, GattServer, OfferedService, PeripheralOptions } from '../gatt/gatt-server.ts';
import { Doorkeeper } from './doorkeeper.ts';
import { PhoneAtSensor, type WhoWaits } from './phone-at-sensor.ts';
import { encodeStatus, type SensorStatus } from './status.ts';
import { sealedSensorUuids } from './uuids.ts';

export interface SealedSensorOptions {
  readonly status: () => Pick<SensorStatus, 'battery' | 'stored' | 'bonded'>;
  /** `secured`: only over LE Secure Connections. The sealing does not rest on it. */
  readonly access?: 'open' | 'secured';
  /** Who is let in; of its own if left out. */
  readonly door?: Doorkeeper;
  readonly patience?: Partial<PatienceWithPhones>;
  /** A phone has proved to be the patient's. @param id address */
  readonly proved?: (id: string) => void;
}

interface ToldStatus {
  last: Bytes;
  /** The radio has not taken it yet. */
  busy: boolean;
}

/** Milliseconds. */
export interface PatienceWithPhones {
  /** From connecting to asking for records. Where it has to pair first, a person may have to say yes. */
  readonly introduction: number;
  /** In line, for a phone that has never proved to be the patient's. */
  readonly line: number;
  /** Of a stranger, when the radio has no link left for whoever comes next. */
  readonly full: number;
}

const usualPatience: PatienceWithPhones = { introduction: 10_000, line: 90_000, full: 10_000 };
const pairingMs = 30_000;

export class SealedSensorService {
  /** To be advertised. */
  readonly offered: OfferedService;
  readonly #options: SealedSensorOptions;
  readonly #server = Promise.withResolvers<GattServer>();
  readonly #door: Doorkeeper;
  readonly #patience: PatienceWithPhones;
  readonly #phones = new Map<GattPeer, PhoneAtSensor>();
  /** Who listens to the status, and what it was told last. */
  readonly #statusTo = new Map<GattPeer, ToldStatus>();
  /** Subscribed, and not served yet. */
  readonly #waiting = new Set<PhoneAtSensor>();
  #served: PhoneAtSensor | undefined;
  #came = Promise.withResolvers<void>();
  #dropped = 0;

  constructor(options: SealedSensorOptions) {
    this.#options = options;
    const access = options.access ?? 'open';
    this.#door = options.door ?? new Doorkeeper();
    this.#patience = {
      ...usualPatience,
      introduction: usualPatience.introduction + (access === 'secured' ? pairingMs : 0),
      ...options.patience,
    };
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
          subscribed: (peer, on) => {
            if (on && !this.#phone(peer).isOver) this.#statusTo.set(peer, { last: this.#status(peer), busy: false });
            else this.#statusTo.delete(peer);
          },
        },
      ],
    };
  }

  /** @param name what the sensor is called on the air */
  peripheral(name: string): PeripheralOptions {
    return {
      name,
      services: [this.offered],
      advertised: [this.offered.uuid],
      connected: (peer) => void this.#phone(peer),
      full: () => this.#full(),
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
          this.statusChanged();
        });
        this.statusChanged();
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

  /** Battery, bond or stored records may be others: whoever listens is told, as fast as it takes what it is told. */
  statusChanged(): void {
    for (const [peer, told] of this.#statusTo) void this.#tellStatus(peer, told);
  }

  async #tellStatus(peer: GattPeer, told: ToldStatus): Promise<void> {
    if (told.busy) return;
    told.busy = true;
    try {
      const server = await this.#server.promise;
      // It may be another again by the time the radio has taken this one.
      for (let status = this.#status(peer); !equalBytes(status, told.last); status = this.#status(peer)) {
        if (this.#statusTo.get(peer) !== told) return;
        told.last = status;
        await server.notify(peer, sealedSensorUuids.status, status);
      }
    } catch {
      if (this.#statusTo.get(peer) === told) this.#statusTo.delete(peer);
    } finally {
      told.busy = false;
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
      proved: () => {
        this.#door.proves(peer.id);
        this.#options.proved?.(peer.id);
      },
      waiting: () => this.#whoWaits(),
    });
    this.#phones.set(peer, phone);
    const isLetIn = this.#door.comes(peer.id);
    if (isLetIn) this.#closeAfter(phone, this.#patience.introduction, () => !phone.isInLine);
    else phone.close();
    void phone.ended.then(() => {
      this.#waiting.delete(phone);
      this.#statusTo.delete(peer);
    });
    void peer.closed.then(() => {
      this.#phones.delete(peer);
      if (isLetIn) this.#door.goes(peer.id, phone.hasProved);
    });
    return phone;
  }

  #closeAfter(phone: PhoneAtSensor, ms: number, isDue: () => boolean): void {
    const timer = setTimeout(() => {
      if (isDue()) phone.close();
    }, ms);
    void phone.ended.then(() => clearTimeout(timer));
  }

  #subscribed(peer: GattPeer, to: 'handshake' | 'records', on: boolean): void {
    const phone = this.#phone(peer);
    if (!phone.subscribed(to, on)) return;
    this.#waiting.add(phone);
    if (!this.#door.knows(peer.id)) this.#closeAfter(phone, this.#patience.line, () => this.#waiting.has(phone));
    this.#came.resolve();
  }

  #firstInLine(): PhoneAtSensor | undefined {
    const [first] = this.#waiting;
    return [...this.#waiting].find(({ peer }) => this.#door.knows(peer.id)) ?? first;
  }

  #whoWaits(): WhoWaits {
    const first = this.#firstInLine();
    if (!first) return 'nobody';
    return this.#door.knows(first.peer.id) ? 'known' : 'stranger';
  }

  /** Nobody else can even connect: the stranger that has been here longest goes, when it has had its time. */
  #full(): void {
    this.#door.full();
    const strangers = [...this.#phones.values()].filter((one) => !one.isOver && !this.#door.knows(one.peer.id));
    const [oldest] = strangers.sort((a, b) => a.since - b.since);
    if (oldest && performance.now() - oldest.since > this.#patience.full) oldest.close();
  }
}
