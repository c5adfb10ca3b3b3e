// One controller of BlueZ's emulator. It gives every link the same handle, so that it holds one link and no more; a
// controller of the room is as many of these as it has links, under one address.

import { connect, type Socket } from 'node:net';
import { H4Splitter } from '../../hci/h4-splitter.ts';
import {
  aclType,
  command,
  commandOf,
  eventOf,
  linkCommands,
  linkHandleAt,
  opcode,
  parametersAt,
} from './hci-messages.ts';

const parked = Buffer.from([0, 0, 0, 0, 0, 0xff]);
/** Of a handle and the flags beside it in an ACL packet. */
const handleMask = 0xfff;
const handlesEach = 0x100;

export class EmulatorPort {
  readonly #socket: Socket;
  readonly #offset: number;
  /** For each opcode whose answers are to come, in order: whether the command was ours. */
  readonly #answers = new Map<number, boolean[]>();
  readonly ended: Promise<void>;
  /** Handle of its link, as the host knows it. */
  link: number | undefined;
  #claimed = false;

  /** @param heard what the host is to hear, its handle the host's */
  constructor(path: string, index: number, heard: (packet: Buffer) => void) {
    this.#offset = index * handlesEach;
    this.#socket = connect(path);
    const ended = Promise.withResolvers<void>();
    this.ended = ended.promise;
    const splitter = new H4Splitter();
    this.#socket.on('data', (bytes) => {
      for (const packet of splitter.push(bytes)) {
        const event = eventOf(packet);
        if (event.kind === 'answer' && this.#answers.get(event.code)?.shift() === true) continue;
        this.#shift(packet, linkHandleAt(packet), this.#offset);
        heard(packet);
      }
    });
    this.#socket.on('error', () => this.#socket.destroy());
    this.#socket.once('close', () => ended.resolve());
  }

  owns(handle: number): boolean {
    return this.link !== undefined && (handle & handleMask) === this.link;
  }

  /** @param own said in the host's place: the answer is not for the host */
  send(packet: Buffer, own: boolean): void {
    const said = commandOf(packet);
    const moved = Buffer.from(packet);
    if (said !== undefined) {
      const waiting = this.#answers.get(said.code) ?? [];
      waiting.push(own);
      this.#answers.set(said.code, waiting);
      if (linkCommands.has(said.code)) this.#shift(moved, parametersAt, -this.#offset);
    } else if (packet[0] === aclType) {
      this.#shift(moved, 1, -this.#offset);
    }
    this.#socket.write(moved);
  }

  /** Takes the host's address: the emulator looks a device up by its address, so that one port at a time has it. */
  claim(address: Buffer | undefined): void {
    if (this.#claimed || address === undefined) return;
    this.#claimed = true;
    this.send(command(opcode.setRandomAddress, address), true);
  }

  park(address: Buffer | undefined): void {
    if (address === undefined) return;
    this.#claimed = false;
    const own = Buffer.from(parked);
    own.writeUInt16LE(this.#offset, 0);
    this.send(command(opcode.setRandomAddress, own), true);
  }

  close(): void {
    this.#socket.destroy();
  }

  #shift(packet: Buffer, at: number | undefined, by: number): void {
    if (at !== undefined && packet.length >= at + 2) packet.writeUInt16LE(packet.readUInt16LE(at) + by, at);
  }
}
