// What of a peer's data reaches the host stack (Bluetooth Core, volume 4 part E 5.4.2, volume 3 part A 3): whole frames of
// L2CAP, none longer than anything that is spoken here. The stack keeps the parts of one that never ends for as long as the
// link lives, and a peer can send parts without end.

import { h4Type } from './h4-splitter.ts';

/** The largest MTU of ATT, and room to spare. */
const longestFrame = 1024;
const header = { acl: 5, l2cap: 4 } as const;
const first = new Set([0, 2]);
const continuing = 1;
const handleMask = 0xfff;

export class AclGuard {
  /** Octets that are still to come of each link's frame. */
  readonly #missing = new Map<number, number>();

  /** @param packet from the controller @returns whether the host stack may see it */
  admits(packet: Buffer): boolean {
    if (packet[0] !== h4Type.acl || packet.length < header.acl) return true;
    const head = packet.readUInt16LE(1);
    const handle = head & handleMask;
    const part = (head >> 12) & 3;
    const octets = packet.length - header.acl;
    if (first.has(part)) return this.#begins(handle, packet, octets);
    return part === continuing && this.#goesOn(handle, octets);
  }

  #begins(handle: number, packet: Buffer, octets: number): boolean {
    this.#missing.delete(handle);
    if (octets < header.l2cap) return false;
    const frame = packet.readUInt16LE(header.acl) + header.l2cap;
    if (frame > longestFrame || octets > frame) return false;
    if (octets < frame) this.#missing.set(handle, frame - octets);
    return true;
  }

  #goesOn(handle: number, octets: number): boolean {
    const missing = this.#missing.get(handle);
    if (missing === undefined || octets === 0) return false;
    this.#missing.delete(handle);
    if (octets > missing) return false;
    if (octets < missing) this.#missing.set(handle, missing - octets);
    return true;
  }
}
