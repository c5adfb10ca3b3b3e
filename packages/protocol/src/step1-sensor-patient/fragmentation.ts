// A sealed frame cut to the Bluetooth LE link (ATT MTU 23 to 517, 3 bytes of it ATT's own). A fragment is the message's
// number (mod 256), its own index, in fragment 0 the length of the message (2 bytes), then data.

import { type Bytes, concatBytes } from '../bytes.ts';
import { ProtocolError } from '../errors.ts';

export const leastMtu = 23;
export const largestMtu = 517;
const attHeaderLength = 3;
export const headerLength = 2;
export const lengthLength = 2;
const maxFragments = 256;

/** The longest message that the smallest MTU carries in 256 fragments. */
export const maxMessageLength = maxFragments * (leastMtu - attHeaderLength - headerLength) - lengthLength;

/** Bytes a fragment may have. @throws ProtocolError `link-mtu-unsupported` */
export function fragmentLength(mtu: number): number {
  if (!Number.isInteger(mtu) || mtu < leastMtu || mtu > largestMtu) {
    throw new ProtocolError('link-mtu-unsupported', `expected an ATT MTU from ${leastMtu} to ${largestMtu}`);
  }
  return mtu - attHeaderLength;
}

/** Cuts the messages of one direction of one link. */
export class Fragmenter {
  readonly #room: number;
  #number = 0;

  /** @throws ProtocolError `link-mtu-unsupported` */
  constructor(mtu: number) {
    this.#room = fragmentLength(mtu) - headerLength;
  }

  /** @throws ProtocolError `fragment-oversized` for an empty message or one over `maxMessageLength` */
  fragments(message: Bytes): Bytes[] {
    if (message.length === 0 || message.length > maxMessageLength) {
      throw new ProtocolError('fragment-oversized', `expected a message of 1 to ${maxMessageLength} bytes`);
    }
    const whole = concatBytes(Uint8Array.of(message.length >> 8, message.length & 0xff), message);
    const fragments: Bytes[] = [];
    for (let at = 0; at < whole.length; at += this.#room) {
      const header = Uint8Array.of(this.#number, fragments.length);
      fragments.push(concatBytes(header, whole.subarray(at, at + this.#room)));
    }
    this.#number = (this.#number + 1) % 256;
    return fragments;
  }
}
