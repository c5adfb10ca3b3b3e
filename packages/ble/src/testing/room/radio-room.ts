// A room of emulated radios: controllers that hear each other and nobody else, so that rooms run in parallel. Hosts may be
// in other processes: what they are given is an address. The room dies with the process that started it.

import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import { createServer, type Server } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { BleError } from '../../errors.ts';
import { ControllerSession, type Tap } from './controller-session.ts';
import { startBtvirt } from './start-btvirt.ts';

export interface EmulatedController {
  /** For `openRadio`. One host at a time; another takes its place. */
  readonly address: string;
  /** Hears every HCI packet between this controller and its host from now on. @returns what ends it */
  tap(listener: Tap): () => void;
  /** Sends an HCI packet in the host's place: an ACL packet goes out on the air. */
  say(packet: Uint8Array): void;
  /** Gives the host an HCI packet that no other end sent. */
  hear(packet: Uint8Array): void;
  /** Ends each link, as one ends on which the other end is not heard any more. */
  dropLinks(): void;
  /** Nobody hears it and it hears nobody, until it comes back; links end. */
  leave(): void;
  comeBack(): void;
  /** As a dongle that is pulled out: its host has lost it, and finds nothing under its address until it is plugged in. */
  unplug(): Promise<void>;
  plugIn(): Promise<void>;
}

export interface RadioRoom {
  /**
   * At most 16 that have a host at the same time.
   * @param links as many as it has at a time; it does not advertise while all are taken
   */
  controller(options?: { readonly links?: number }): Promise<EmulatedController>;
  close(): Promise<void>;
}

export async function startRadioRoom(): Promise<RadioRoom> {
  const folder = await mkdtemp(join(tmpdir(), 'vs-room-'));
  const btvirt = await startBtvirt(folder).catch(async (error: unknown) => {
    await rm(folder, { recursive: true, force: true });
    throw error;
  });
  const controllers: Controller[] = [];
  return {
    async controller({ links = Number.POSITIVE_INFINITY } = {}) {
      const path = join(folder, `controller-${controllers.length}`);
      const controller = new Controller(path, { emulatorPath: btvirt.socketPath, links });
      controllers.push(controller);
      await controller.listen();
      return controller;
    },
    async close() {
      await Promise.all(controllers.map((controller) => controller.close()));
      await btvirt.stop();
      await rm(folder, { recursive: true, force: true });
    },
  };
}

class Controller implements EmulatedController {
  readonly address: string;
  readonly #path: string;
  readonly #server: Server;
  readonly #taps = new Set<Tap>();
  #session: ControllerSession | undefined;
  #away = false;

  constructor(path: string, emulated: { readonly emulatorPath: string; readonly links: number }) {
    this.#path = path;
    this.address = `h4:${path}`;
    this.#server = createServer((host) => {
      this.#session?.close();
      const session = new ControllerSession(host, { ...emulated, away: this.#away }, (packet, direction) => {
        for (const tap of this.#taps) tap(packet, direction);
      });
      this.#session = session;
      session.ended.then(() => {
        if (this.#session === session) this.#session = undefined;
      });
    });
  }

  async listen(): Promise<void> {
    this.#server.listen(this.#path);
    await once(this.#server, 'listening');
  }

  tap(listener: Tap): () => void {
    this.#taps.add(listener);
    return () => void this.#taps.delete(listener);
  }

  say(packet: Uint8Array): void {
    this.#live().say(Buffer.from(packet));
  }

  hear(packet: Uint8Array): void {
    this.#live().hear(Buffer.from(packet));
  }

  dropLinks(): void {
    this.#live().dropLinks();
  }

  leave(): void {
    this.#away = true;
    this.#session?.leave();
  }

  comeBack(): void {
    this.#away = false;
    this.#session?.comeBack();
  }

  async unplug(): Promise<void> {
    const closed = once(this.#server, 'close');
    this.#server.close();
    this.#session?.close();
    await this.#session?.ended;
    await closed;
  }

  plugIn(): Promise<void> {
    return this.listen();
  }

  async close(): Promise<void> {
    this.#server.close();
    this.#session?.close();
    await this.#session?.ended;
  }

  #live(): ControllerSession {
    if (this.#session === undefined) throw new BleError('radio-unavailable', 'expected a controller that has a host');
    return this.#session;
  }
}
