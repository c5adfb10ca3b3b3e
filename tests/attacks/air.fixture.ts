// Who listens in a room of radios: what goes over the air as the other end's host stack would get it, and what is said
// again or made up in a host's place. The emulator relays in clear even where the link is encrypted, so this is what a
// listener has who broke the link's own encryption.

import type { Direction, EmulatedController, Tap } from '@vitalseal/ble/testing';

/** One packet of L2CAP: of a channel on a link; channel 4 is ATT. */
export interface OnAir {
  readonly handle: number;
  readonly channel: number;
  readonly payload: Buffer;
}

const aclPacket = 2;
const continuation = 1;
const attChannel = 4;
const told = { notifications: 0x1b, indications: 0x1d } as const;

export class Listener {
  readonly packets: OnAir[] = [];
  readonly #unfinished = new Map<number, Buffer>();
  readonly #end: () => void;

  /** @param what this controller's host says, or what it is told */
  constructor(controller: EmulatedController, what: Direction = 'sent') {
    const tap: Tap = (packet, direction) => {
      if (direction === what && packet[0] === aclPacket) this.#hear(packet);
    };
    this.#end = controller.tap(tap);
  }

  end(): void {
    this.#end();
  }

  /** All that was said, end to end. */
  get bytes(): Buffer {
    return Buffer.concat(this.packets.map(({ payload }) => payload));
  }

  /** Of a sealed sensor: its records. */
  get notifications(): OnAir[] {
    return this.#told('notifications');
  }

  /** Of a sealed sensor: its handshakes. */
  get indications(): OnAir[] {
    return this.#told('indications');
  }

  #told(kind: keyof typeof told): OnAir[] {
    return this.packets.filter(({ channel, payload }) => channel === attChannel && payload[0] === told[kind]);
  }

  #hear(packet: Buffer): void {
    const head = packet.readUInt16LE(1);
    const handle = head & 0x0fff;
    const data = Buffer.from(packet.subarray(5));
    const isMore = ((head >> 12) & 3) === continuation;
    const whole = isMore ? Buffer.concat([this.#unfinished.get(handle) ?? Buffer.alloc(0), data]) : data;
    this.#unfinished.set(handle, whole);
    if (whole.length < 4 || whole.length < 4 + whole.readUInt16LE(0)) return;
    this.packets.push({ handle, channel: whole.readUInt16LE(2), payload: whole.subarray(4) });
    this.#unfinished.delete(handle);
  }
}

/** What the characteristic's value was. */
export function octetsOf({ payload }: OnAir): Uint8Array<ArrayBuffer> {
  return new Uint8Array(payload.subarray(3));
}

/** As the ACL packet that a host would have given to its controller. */
export function aclOf({ handle, channel, payload }: OnAir): Buffer {
  const head = Buffer.alloc(9);
  head.writeUInt8(aclPacket, 0);
  head.writeUInt16LE(handle, 1);
  head.writeUInt16LE(payload.length + 4, 3);
  head.writeUInt16LE(payload.length, 5);
  head.writeUInt16LE(channel, 7);
  return Buffer.concat([head, payload]);
}
