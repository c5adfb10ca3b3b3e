// One patient at home, of real parts: the sensor as an app, the phone as a gateway, the element in it. The radio between
// them and the network behind are the attacker's: every frame can be heard, changed, dropped, doubled or kept.

import { connect, createServer, type Server, type Socket } from 'node:net';
import { join } from 'node:path';
import type { Gateway } from '@vitalseal/app-patient';
import { enrolSensor, openSensorDevice, type SensorDevice, startSensor } from '@vitalseal/app-sensor';
import { parseActivationLink } from '@vitalseal/certifying-authority';
import { type Bytes, decimal, mdc, mdcUnit } from '@vitalseal/protocol';
import { framedMessages, type Link, linkPair } from '@vitalseal/sensor-link';
import { phoneInHand } from './phone-in-hand.fixture.ts';
import { identities, type Ward } from './ward.fixture.ts';

export type Direction = 'to phone' | 'to sensor';
/** What goes on instead of a frame: itself, nothing, several. `count` is how many have gone that way before. */
export type Tamper = (frame: Bytes, direction: Direction, count: number) => readonly Bytes[];

const untouched: Tamper = (frame) => [frame];

export interface Measured {
  /** Codes with which the sensor lost its link. */
  readonly lost: readonly string[];
  readonly counts: { readonly measured: number; readonly acknowledged: number; readonly waiting: number };
}

export class Bedside {
  readonly gateway: Gateway;
  /** All that went over the radio. */
  readonly frames: { readonly direction: Direction; readonly frame: Bytes }[] = [];
  /** What the phone said of sensors that gave it trouble. */
  readonly troubles: string[];
  readonly network: NetworkTap;
  readonly #device: SensorDevice;
  #measured = 0;

  private constructor(gateway: Gateway, device: SensorDevice, network: NetworkTap, troubles: string[]) {
    this.gateway = gateway;
    this.#device = device;
    this.network = network;
    this.troubles = troubles;
  }

  static async open(ward: Ward): Promise<Bedside> {
    const network = await NetworkTap.open(ward.hospital.devicesUrl);
    ward.onClose(() => network.close());
    const troubles: string[] = [];
    const gateway = await phoneInHand(ward, {
      identity: identities.patient,
      sensors: [identities.sensor],
      ledTo: network.port,
      listen: { host: '127.0.0.1', port: 0 },
      location: () => ({ latitude: 48.137154, longitude: 11.576124, accuracyMetres: 5, at: Date.now() }),
      events: { sensors: ({ trouble }) => trouble !== undefined && troubles.push(trouble) },
    });
    await enrolSensor(join(ward.folder, 'sensor'), parseActivationLink(await ward.link(identities.sensor)));
    const device = await openSensorDevice(join(ward.folder, 'sensor'));
    ward.onClose(() => device.storage.close());
    return new Bedside(gateway, device, network, troubles);
  }

  /** @returns a sensor's end of a new link with the phone */
  connect(): Link {
    const [sensors, phones] = linkPair({ mtu: 100 });
    this.gateway.accept(framedMessages(phones));
    return sensors;
  }

  /** The sensor measures these pulses and is done when each of them is acknowledged. */
  async measure(
    pulses: readonly number[],
    tamper: Tamper = untouched,
    connectTo: () => Promise<Link> = async () => this.connect(),
  ): Promise<Measured> {
    const lost: string[] = [];
    const now = Date.now();
    const sensor = await startSensor({
      device: this.#device,
      patient: identities.patient,
      measuredBefore: this.#measured,
      readings: pulses.map((pulse, index) => ({
        measuredAt: now + index,
        measurements: [{ code: mdc.heartRate, unit: mdcUnit.beatsPerMinute, value: decimal(pulse, 0) }],
      })),
      clock: { now: Date.now },
      connect: async () => framedMessages(this.#tapped(await connectTo(), tamper)),
      backoff: { firstMs: 5, mostMs: 50 },
      silenceMs: 300,
      events: { link: ({ state, code }) => state === 'away' && lost.push(code ?? 'closed') },
    });
    try {
      await sensor.finished;
    } finally {
      await sensor.stop();
    }
    this.#measured += pulses.length;
    return { lost, counts: sensor.counts() };
  }

  #tapped(link: Link, tamper: Tamper): Link {
    const pass = (direction: Direction, frame: Bytes, go: (frame: Bytes) => void) => {
      const count = this.frames.filter((heard) => heard.direction === direction).length;
      this.frames.push({ direction, frame });
      for (const passed of tamper(frame, direction, count)) go(passed);
    };
    return {
      mtu: link.mtu,
      send: (frame) => pass('to phone', frame, (passed) => link.send(passed)),
      listen: (listener) =>
        link.listen({
          frame: (frame) => pass('to sensor', frame, (passed) => listener.frame(passed)),
          closed: (reason) => listener.closed(reason),
        }),
      close: (reason) => link.close(reason),
    };
  }
}

/** A router between the phone and the hospital, which keeps a copy of every byte. */
export class NetworkTap {
  readonly #server: Server;
  readonly #sockets = new Set<Socket>();
  readonly #heard: Buffer[] = [];

  private constructor(target: URL) {
    this.#server = createServer((near) => {
      const far = connect(Number(target.port), target.hostname);
      this.#carry(near, far);
      this.#carry(far, near);
    });
  }

  static async open(targetUrl: string, host = '127.0.0.1'): Promise<NetworkTap> {
    const tap = new NetworkTap(new URL(targetUrl));
    await new Promise<void>((resolve) => tap.#server.listen(0, host, resolve));
    return tap;
  }

  get port(): number {
    const address = this.#server.address();
    return typeof address === 'object' && address ? address.port : 0;
  }

  /** Begins to listen anew. */
  forget(): void {
    this.#heard.length = 0;
  }

  get heard(): Buffer {
    return Buffer.concat(this.#heard);
  }

  close(): void {
    this.#server.close();
    for (const socket of this.#sockets) socket.destroy();
  }

  #carry(from: Socket, to: Socket): void {
    this.#sockets.add(from);
    from.on('data', (chunk) => {
      this.#heard.push(chunk);
      to.write(chunk);
    });
    from.on('error', () => to.destroy());
    from.on('close', () => {
      this.#sockets.delete(from);
      to.destroy();
    });
  }
}
