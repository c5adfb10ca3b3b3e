// The ATT MTU that this end offers (Bluetooth Core, volume 3 part F 3.4.2): the host stack always offers 517, so the two
// messages that agree on it are held to less on their way. Seen by both ends, the smaller value is the one that counts.

import { h4Type } from './h4-splitter.ts';

export const smallestMtu = 23;
export const largestMtu = 517;

const attChannel = 4;
const exchangeMtuRequest = 2;
const exchangeMtuResponse = 3;
/** Type, handle, length; length and channel of L2CAP; opcode and MTU of ATT. */
const exchangeMtuLength = 12;

export function limitAttMtu(limit: number): (packet: Buffer) => Buffer {
  return (packet) => {
    if (packet[0] !== h4Type.acl || packet.length !== exchangeMtuLength) return packet;
    if (packet.readUInt16LE(5) !== 3 || packet.readUInt16LE(7) !== attChannel) return packet;
    if (packet[9] !== exchangeMtuRequest && packet[9] !== exchangeMtuResponse) return packet;
    if (packet.readUInt16LE(10) <= limit) return packet;
    const limited = Buffer.from(packet);
    limited.writeUInt16LE(limit, 10);
    return limited;
  };
}
