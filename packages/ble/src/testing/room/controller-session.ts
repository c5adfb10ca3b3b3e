// One host at one emulated controller: all its packets pass here, both ways. It makes the emulator behave as a radio does
// where it does not by itself (several links at once, a host that dies is lost to its peers, nobody hears who is out of
// range), and it is where a test listens in.

import type { Socket } from 'node:net';
import { H4Splitter } from '../../hci/h4-splitter.ts';
import { AcceptList, ConnectionAttempt } from './connection-attempt.ts';
import { EmulatorPort } from './emulator-port.ts';
import {
  aclType,
  answerComplete,
  answerStatus,
  command,
  commandOf,
  connectionFailed,
  disconnect,
  eventOf,
  linkCommands,
  opcode,
  parametersAt,
  status,
} from './hci-messages.ts';

/** `sent`: from the host to its controller. `heard`: from the controller to its host. */
export type Direction = 'sent' | 'heard';
export type Tap = (packet: Buffer, direction: Direction) => void;

const farewellMs = 500;
const central = 0;
/** How often who scans hears who advertises. The emulator tells of each once a scan. */
const advertisingMs = 200;
const advertisingOn = command(opcode.setAdvertisingEnable, Buffer.from([1]));
const advertisingOff = command(opcode.setAdvertisingEnable, Buffer.from([0]));
/** Every port has these as the host set them. */
const configuration: ReadonlySet<number> = new Set([
  opcode.setEventMask,
  opcode.leSetEventMask,
  opcode.setAdvertisingParameters,
  opcode.setAdvertisingData,
  opcode.setScanResponseData,
]);

interface Emulated {
  readonly emulatorPath: string;
  /** As many as the controller has at a time. */
  readonly links: number;
  readonly away: boolean;
}

export class ControllerSession {
  readonly ended: Promise<void>;
  readonly #host: Socket;
  readonly #emulatorPath: string;
  readonly #links: number;
  readonly #tap: Tap;
  /** The first is the one that answers for the controller. */
  readonly #ports: EmulatorPort[] = [];
  readonly #configuration = new Map<number, Buffer>();
  readonly #ownPackets = new Map<number, number>();
  readonly #acceptList = new AcceptList();
  #address: Buffer | undefined;
  #attempt: ConnectionAttempt | undefined;
  #initiating: EmulatorPort | undefined;
  #advertises = false;
  #advertising: EmulatorPort | undefined;
  #scanning: Buffer | undefined;
  #away: boolean;
  #linksGone: (() => void) | undefined;

  constructor(host: Socket, { emulatorPath, links, away }: Emulated, tap: Tap) {
    this.#host = host;
    this.#emulatorPath = emulatorPath;
    this.#links = links;
    this.#away = away;
    this.#tap = tap;
    const primary = this.#openPort();
    this.ended = primary.ended;
    primary.ended.then(() => host.destroy());
    const splitter = new H4Splitter();
    host.on('data', (bytes) => {
      for (const packet of splitter.push(bytes)) this.#hostSays(packet, primary);
    });
    host.on('error', () => host.destroy());
    host.once('close', () => void this.#farewell());
    const again = setInterval(() => this.#scanAgain(), advertisingMs);
    again.unref();
    primary.ended.then(() => clearInterval(again));
  }

  /** As if the host had said it. */
  say(packet: Buffer): void {
    const handle = packet[0] === aclType ? packet.readUInt16LE(1) & 0xfff : undefined;
    if (handle !== undefined) this.#ownPackets.set(handle, (this.#ownPackets.get(handle) ?? 0) + 1);
    this.#portFor(packet)?.send(packet, true);
  }

  /** As if the controller had heard it. */
  hear(packet: Buffer): void {
    this.#toHost(packet);
  }

  /** Each link ends as one does that the other end is not heard on any more. */
  dropLinks(): void {
    for (const port of this.#ports) {
      if (port.link !== undefined) port.send(disconnect(port.link, status.connectionTimeout), true);
    }
  }

  leave(): void {
    if (this.#away) return;
    this.#away = true;
    this.#advertising?.send(advertisingOff, true);
    this.#attempt?.pause();
    this.dropLinks();
  }

  comeBack(): void {
    if (!this.#away) return;
    this.#away = false;
    if (this.#advertises) this.#advertise();
    this.#scanAgain();
    this.#attempt?.resume();
  }

  close(): void {
    this.#host.destroy();
  }

  #scanAgain(): void {
    if (this.#scanning === undefined || this.#away) return;
    this.say(command(opcode.setScanEnable, Buffer.from([0, 0])));
    this.say(this.#scanning);
  }

  #openPort(): EmulatorPort {
    const port: EmulatorPort = new EmulatorPort(this.#emulatorPath, this.#ports.length, (packet) =>
      this.#emulatorSays(port, packet),
    );
    for (const packet of this.#configuration.values()) port.send(packet, true);
    this.#ports.push(port);
    return port;
  }

  #freePort(notThis: EmulatorPort | undefined): EmulatorPort {
    const free = this.#ports.find((port) => port.link === undefined && port !== notThis) ?? this.#openPort();
    free.claim(this.#address);
    return free;
  }

  #portFor(packet: Buffer): EmulatorPort | undefined {
    const said = commandOf(packet);
    const handleAt = packet[0] === aclType ? 1 : said && linkCommands.has(said.code) ? parametersAt : undefined;
    if (handleAt === undefined) return this.#ports[0];
    const handle = packet.readUInt16LE(handleAt);
    return this.#ports.find((port) => port.owns(handle));
  }

  #hostSays(packet: Buffer, primary: EmulatorPort): void {
    this.#tap(packet, 'sent');
    const said = commandOf(packet);
    if (said === undefined) {
      if (!this.#away) this.#portFor(packet)?.send(packet, false);
      return;
    }
    const { code, parameters } = said;
    this.#acceptList.hear(code, parameters);
    if (configuration.has(code)) {
      this.#configuration.set(code, Buffer.from(packet));
      for (const port of this.#ports.slice(1)) port.send(packet, true);
    }
    switch (code) {
      case opcode.setAdvertisingEnable:
        if (parameters[0] === 1 && this.#ports.filter(({ link }) => link !== undefined).length >= this.#links) {
          this.#toHost(answerComplete(code, status.disallowed));
          return;
        }
        this.#advertises = parameters[0] === 1;
        this.#advertising?.send(advertisingOff, true);
        if (this.#advertises && !this.#away) this.#advertise();
        this.#toHost(answerComplete(code, status.success));
        return;
      case opcode.createConnection:
        this.#attempt = new ConnectionAttempt(packet, this.#acceptList.peers, (attempt) => this.#initiate(attempt));
        this.#toHost(answerStatus(code, status.success));
        if (!this.#away) this.#attempt.try();
        return;
      case opcode.cancelConnection:
        this.#cancel();
        return;
      case opcode.setRandomAddress:
        this.#address = Buffer.from(parameters);
        break;
      case opcode.setScanEnable:
        this.#scanning = parameters[0] === 1 ? Buffer.from(packet) : undefined;
    }
    const port = this.#portFor(packet);
    if (port !== undefined) port.send(packet, false);
    else primary.send(packet, false);
  }

  #advertise(): void {
    this.#advertising = this.#freePort(this.#initiating);
    this.#advertising.send(advertisingOn, true);
  }

  #initiate(attempt: Buffer): void {
    this.#initiating = this.#freePort(this.#advertising);
    this.#initiating.send(attempt, true);
  }

  #cancel(): void {
    const attempt = this.#attempt;
    if (attempt === undefined) {
      this.#toHost(answerComplete(opcode.cancelConnection, status.disallowed));
      return;
    }
    if (attempt.inFlight) {
      attempt.cancelled = true;
      return;
    }
    attempt.pause();
    this.#attempt = undefined;
    this.#toHost(answerComplete(opcode.cancelConnection, status.success));
    this.#toHost(connectionFailed(status.unknownConnection));
  }

  #emulatorSays(port: EmulatorPort, packet: Buffer): void {
    const event = eventOf(packet);
    switch (event.kind) {
      case 'advertisement':
        if (!this.#away && this.#address?.equals(event.address) !== true) this.#toHost(packet);
        return;
      case 'connected':
        if (event.result === status.success) this.#connected(port, packet, event.handle, event.role);
        else this.#notConnected(port);
        return;
      case 'disconnected':
        port.link = undefined;
        this.#ownPackets.delete(event.handle);
        if (this.#away) packet.writeUInt8(status.connectionTimeout, 6);
        this.#toHost(packet);
        if (this.#ports.every(({ link }) => link === undefined)) this.#linksGone?.();
        return;
      case 'completed-packets':
        this.#completed(packet, event.handle, event.count);
        return;
      default:
        this.#toHost(packet);
    }
  }

  #notConnected(port: EmulatorPort): void {
    if (port !== this.#advertising) port.park(this.#address);
    this.#initiating = undefined;
    const attempt = this.#attempt;
    if (attempt === undefined) return;
    attempt.failed();
    if (this.#away) attempt.pause();
    if (attempt.cancelled) this.#cancel();
  }

  #connected(port: EmulatorPort, packet: Buffer, handle: number, role: number): void {
    port.link = handle;
    port.park(this.#address);
    if (role === central) {
      const cancelled = this.#attempt?.cancelled === true;
      this.#attempt = undefined;
      this.#initiating = undefined;
      if (cancelled) this.#toHost(answerComplete(opcode.cancelConnection, status.disallowed));
    } else {
      this.#advertises = false;
      this.#advertising = undefined;
    }
    this.#toHost(packet);
    if (this.#away) this.dropLinks();
  }

  /** What was said in the host's place is not told to it. */
  #completed(packet: Buffer, handle: number, count: number): void {
    const own = Math.min(count, this.#ownPackets.get(handle) ?? 0);
    if (own > 0) this.#ownPackets.set(handle, (this.#ownPackets.get(handle) ?? 0) - own);
    if (own === count) return;
    packet.writeUInt16LE(count - own, 6);
    this.#toHost(packet);
  }

  #toHost(packet: Buffer): void {
    this.#tap(packet, 'heard');
    if (!this.#host.destroyed) this.#host.write(packet);
  }

  /** The host is gone, killed perhaps: those it was connected with notice, as on the air. */
  async #farewell(): Promise<void> {
    this.#attempt?.pause();
    if (this.#ports.some(({ link }) => link !== undefined)) {
      const gone = new Promise<void>((resolve) => {
        this.#linksGone = resolve;
      });
      const late = setTimeout(() => this.#linksGone?.(), farewellMs);
      this.dropLinks();
      await gone;
      clearTimeout(late);
    }
    for (const port of this.#ports) port.close();
  }
}
