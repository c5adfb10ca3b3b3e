// H4 (Bluetooth Core, volume 4 part A): a byte stream cut into HCI packets. What a controller sends is hostile: a length
// is at most 65,535, so the memory held for a packet that never ends is bounded.

import { BleError } from '../errors.ts';

export const h4Type = { command: 1, acl: 2, synchronous: 3, event: 4, isochronous: 5 } as const;

/** Bytes of the header, its type octet included, and where in it the length of the rest is. */
const headers: ReadonlyMap<number, { size: number; lengthOf: (packet: Buffer) => number }> = new Map([
  [h4Type.command, { size: 4, lengthOf: (packet) => packet.readUInt8(3) }],
  [h4Type.acl, { size: 5, lengthOf: (packet) => packet.readUInt16LE(3) }],
  [h4Type.synchronous, { size: 4, lengthOf: (packet) => packet.readUInt8(3) }],
  [h4Type.event, { size: 3, lengthOf: (packet) => packet.readUInt8(2) }],
  [h4Type.isochronous, { size: 5, lengthOf: (packet) => packet.readUInt16LE(3) & 0x3fff }],
]);

export class H4Splitter {
  #rest: Buffer = Buffer.alloc(0);

  /** @returns each whole packet, its type octet first. @throws BleError `radio-unavailable` where no packet can begin */
  push(bytes: Uint8Array): Buffer[] {
    this.#rest = this.#rest.length === 0 ? Buffer.from(bytes) : Buffer.concat([this.#rest, bytes]);
    const packets: Buffer[] = [];
    for (;;) {
      const type = this.#rest[0];
      if (type === undefined) return packets;
      const header = headers.get(type);
      if (header === undefined) throw new BleError('radio-unavailable', 'expected an HCI packet from the adapter');
      if (this.#rest.length < header.size) return packets;
      const end = header.size + header.lengthOf(this.#rest);
      if (this.#rest.length < end) return packets;
      packets.push(this.#rest.subarray(0, end));
      this.#rest = this.#rest.subarray(end);
    }
  }
}
