// One host at one emulated controller: all its packets pass here, both ways. It makes the emulator behave as a radio does
// where it does not by itself (a host that dies is lost to its peers; nobody hears who is out of range), and it is where a
// test listens in.

import { connect, type Socket } from 'node:net';
import { H4Splitter } from '../../hci/h4-splitter.ts';
import { AcceptList, ConnectionAttempt } from './connection-attempt.ts';
import {
  answerComplete,
  answerStatus,
  command,
  commandOf,
  connectionFailed,
  disconnect,
  eventOf,
  opcode,
  status,
} from './hci-messages.ts';

/** `sent`: from the host to its controller. `heard`: from the controller to its host. */
export type Direction = 'sent' | 'heard';
export type Tap = (packet: Buffer, direction: Direction) => void;

const farewellMs = 500;
const central = 0;
const aclType = 2;

export class ControllerSession {
  readonly ended: Promise<void>;
  readonly #host: Socket;
  readonly #emulator: Socket;
  readonly #tap: Tap;
  readonly #handles = new Set<number>();
  /** For each opcode whose answers are to come, in order: whether the command was ours. */
  readonly #answers = new Map<number, boolean[]>();
  readonly #ownPackets = new Map<number, number>();
  readonly #acceptList = new AcceptList();
  #attempt: ConnectionAttempt | undefined;
  #advertising = false;
  #scanning: Buffer | undefined;
  #away: boolean;
  #leaving: (() => void) | undefined;

  constructor(host: Socket, emulatorPath: string, away: boolean, tap: Tap) {
    this.#host = host;
    this.#emulator = connect(emulatorPath);
    this.#away = away;
    this.#tap = tap;
    const ended = Promise.withResolvers<void>();
    this.ended = ended.promise;
    const fromHost = new H4Splitter();
    const fromEmulator = new H4Splitter();
    host.on('data', (bytes) => {
      for (const packet of fromHost.push(bytes)) this.#hostSays(packet);
    });
    this.#emulator.on('data', (bytes) => {
      for (const packet of fromEmulator.push(bytes)) this.#emulatorSays(packet);
    });
    for (const socket of [host, this.#emulator]) socket.on('error', () => socket.destroy());
    this.#emulator.once('close', () => {
      this.#attempt?.pause();
      host.destroy();
      ended.resolve();
    });
    host.once('close', () => void this.#farewell());
  }

  /** As if the host had said it. */
  say(packet: Buffer): void {
    const said = commandOf(packet);
    if (said !== undefined) this.#expectAnswer(said.code, true);
    if (packet[0] === aclType) {
      const handle = packet.readUInt16LE(1) & 0xfff;
      this.#ownPackets.set(handle, (this.#ownPackets.get(handle) ?? 0) + 1);
    }
    this.#emulator.write(packet);
  }

  /** As if the controller had heard it. */
  hear(packet: Buffer): void {
    this.#toHost(packet);
  }

  /** Each link ends as one does that the other end is not heard on any more. */
  dropLinks(): void {
    for (const handle of this.#handles) this.say(disconnect(handle, status.connectionTimeout));
  }

  leave(): void {
    if (this.#away) return;
    this.#away = true;
    if (this.#advertising) this.say(command(opcode.setAdvertisingEnable, Buffer.from([0])));
    this.#attempt?.pause();
    this.dropLinks();
  }

  comeBack(): void {
    if (!this.#away) return;
    this.#away = false;
    if (this.#advertising) this.say(command(opcode.setAdvertisingEnable, Buffer.from([1])));
    // So that the emulator tells of those who began to advertise meanwhile.
    if (this.#scanning !== undefined) {
      this.say(command(opcode.setScanEnable, Buffer.from([0, 0])));
      this.say(this.#scanning);
    }
    this.#attempt?.resume();
  }

  close(): void {
    this.#host.destroy();
  }

  #hostSays(packet: Buffer): void {
    this.#tap(packet, 'sent');
    const said = commandOf(packet);
    if (said === undefined) {
      if (!this.#away) this.#emulator.write(packet);
      return;
    }
    const { code, parameters } = said;
    this.#acceptList.hear(code, parameters);
    if (code === opcode.setAdvertisingEnable) {
      this.#advertising = parameters[0] === 1;
      if (this.#away) {
        this.#toHost(answerComplete(code, status.success));
        return;
      }
    }
    if (code === opcode.setScanEnable) this.#scanning = parameters[0] === 1 ? Buffer.from(packet) : undefined;
    if (code === opcode.createConnection) {
      this.#begin(packet);
      return;
    }
    if (code === opcode.cancelConnection) {
      this.#cancel();
      return;
    }
    this.#expectAnswer(code, false);
    this.#emulator.write(packet);
  }

  #begin(packet: Buffer): void {
    this.#attempt = new ConnectionAttempt(packet, this.#acceptList.peers, (attempt) => this.say(attempt));
    this.#toHost(answerStatus(opcode.createConnection, status.success));
    if (!this.#away) this.#attempt.try();
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

  #emulatorSays(packet: Buffer): void {
    const event = eventOf(packet);
    switch (event.kind) {
      case 'answer':
        if (this.#answers.get(event.code)?.shift() !== true) this.#toHost(packet);
        return;
      case 'advertisement':
        if (!this.#away) this.#toHost(packet);
        return;
      case 'connected':
        this.#connected(packet, event.result, event.handle, event.role);
        return;
      case 'disconnected':
        this.#handles.delete(event.handle);
        this.#ownPackets.delete(event.handle);
        if (this.#away) packet.writeUInt8(status.connectionTimeout, 6);
        this.#toHost(packet);
        if (this.#handles.size === 0) this.#leaving?.();
        return;
      case 'completed-packets':
        this.#completed(packet, event.handle, event.count);
        return;
      case 'other':
        this.#toHost(packet);
    }
  }

  #connected(packet: Buffer, result: number, handle: number, role: number): void {
    const attempt = this.#attempt;
    if (result !== status.success) {
      if (attempt?.cancelled === true) {
        attempt.inFlight = false;
        this.#cancel();
      } else if (attempt !== undefined) {
        attempt.failed();
        if (this.#away) attempt.pause();
      }
      return;
    }
    this.#handles.add(handle);
    if (role === central) {
      this.#attempt = undefined;
      if (attempt?.cancelled === true) this.#toHost(answerComplete(opcode.cancelConnection, status.disallowed));
    } else {
      this.#advertising = false;
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

  #expectAnswer(code: number, own: boolean): void {
    const waiting = this.#answers.get(code) ?? [];
    waiting.push(own);
    this.#answers.set(code, waiting);
  }

  #toHost(packet: Buffer): void {
    this.#tap(packet, 'heard');
    if (!this.#host.destroyed) this.#host.write(packet);
  }

  /** The host is gone, killed perhaps: those it was connected with notice, as on the air. */
  async #farewell(): Promise<void> {
    this.#attempt?.pause();
    if (this.#handles.size > 0 && !this.#emulator.destroyed) {
      const left = new Promise<void>((resolve) => {
        this.#leaving = resolve;
      });
      const late = setTimeout(() => this.#leaving?.(), farewellMs);
      this.dropLinks();
      await left;
      clearTimeout(late);
    }
    this.#emulator.destroy();
  }
}
