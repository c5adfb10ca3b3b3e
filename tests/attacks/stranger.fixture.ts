// Somebody in the room with a radio of his own, who cannot prove anything and does not tire.

import { randomBytes } from 'node:crypto';
import { mkdtempSync } from 'node:fs';
import { join } from 'node:path';
import { openSealedSensor, sealedSensorUuids } from '@vitalseal/ble';
import { openRadio, type RadioConnection } from '@vitalseal/ble/node';
import type { EmulatedController, RadioRoom } from '@vitalseal/ble/testing';
import { encodeTrouble, encodeWindow } from '@vitalseal/sensor-link';
import type { Ward } from './ward.fixture.ts';

/** What he does with a link, until it ends. */
export type Manner = (connection: RadioConnection) => Promise<void>;

/** Says nothing, and holds it. */
export const silently: Manner = (connection) => connection.closed;

/** Takes part in all of it but the proof, and never falls silent. */
export const talking: Manner = async (connection) => {
  const { messages } = await openSealedSensor(connection);
  messages.listen({ message: () => {}, closed: () => {} });
  const again = setInterval(() => {
    messages.send('window', encodeWindow(32)).catch(() => {});
    messages.send('trouble', encodeTrouble('outbox-full')).catch(() => {});
  }, 100);
  await connection.closed;
  clearInterval(again);
};

/** Lets it go as soon as he has it. */
export const inPassing: Manner = async (connection) => connection.close();

export class Stranger {
  readonly #controller: EmulatedController;
  readonly #folder: string;
  readonly #stop = new AbortController();
  #besieging: Promise<void> = Promise.resolve();
  /** How often he was let in. */
  links = 0;

  private constructor(controller: EmulatedController, folder: string) {
    this.#controller = controller;
    this.#folder = folder;
  }

  static async enter(ward: Ward, room: RadioRoom): Promise<Stranger> {
    const stranger = new Stranger(await room.controller(), mkdtempSync(join(ward.folder, 'stranger-')));
    ward.onClose(() => stranger.leave());
    return stranger;
  }

  /** Connects to a sensor again and again, under another address each time. */
  besiege(name: string, manner: Manner): void {
    this.#besieging = this.#besiege(name, manner);
  }

  async leave(): Promise<void> {
    this.#stop.abort();
    await this.#besieging;
  }

  async #besiege(name: string, manner: Manner): Promise<void> {
    const { signal } = this.#stop;
    while (!signal.aborted) {
      const radio = await openRadio(this.#controller.address, { bondFolder: this.#folder, identity: someAddress() });
      const end = () => void radio.close();
      signal.addEventListener('abort', end);
      try {
        const connection = await radio.connect(await radio.find({ name }, { signal }), { signal, timeoutMs: 2000 });
        this.links += 1;
        await manner(connection);
        await connection.closed;
      } catch {
        // Not let in, or let go in the middle: he comes again.
      } finally {
        signal.removeEventListener('abort', end);
        await radio.close();
      }
    }
  }
}

function someAddress(): string {
  const octets = [...randomBytes(6)].map((octet, at) => (at === 0 ? octet | 0xc0 : octet));
  return octets.map((octet) => octet.toString(16).padStart(2, '0').toUpperCase()).join(':');
}

/**
 * As if a sealed sensor that is not there had been heard, under an address of its own each time, and had answered when it was
 * asked for its scan response (volume 4 part E 7.7.65.2).
 */
export function falseAdvertisement(): { readonly address: string; readonly packet: Buffer } {
  const uuid = Buffer.from(sealedSensorUuids.service.replaceAll('-', ''), 'hex').reverse();
  const data = Buffer.concat([Buffer.from([2, 1, 6, uuid.length + 1, 7]), uuid]);
  const address = someAddress();
  const report = (kind: number, told: Buffer) => {
    const from = Buffer.from(address.replaceAll(':', ''), 'hex').reverse();
    return Buffer.concat([Buffer.from([kind, 1]), from, Buffer.from([told.length]), told, Buffer.from([200])]);
  };
  const reports = Buffer.concat([Buffer.from([2, 2]), report(0, data), report(4, Buffer.alloc(0))]);
  return { address, packet: Buffer.concat([Buffer.from([4, 0x3e, reports.length]), reports]) };
}

/** By LE Create Connection, or LE Add Device To Filter Accept List. @returns whom a host is about to connect to */
export function soughtAddress(packet: Buffer): string | undefined {
  const command = packet[0] === 1 ? packet.readUInt16LE(1) : undefined;
  const at = command === 0x200d ? 10 : command === 0x2011 ? 5 : undefined;
  if (at === undefined) return undefined;
  const octets = [...packet.subarray(at, at + 6)].reverse();
  return octets.map((octet) => octet.toString(16).padStart(2, '0').toUpperCase()).join(':');
}
