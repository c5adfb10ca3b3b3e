// The messages of one direction of one characteristic, cut to the MTU and put together again. A value of a characteristic
// has at most 512 bytes (Bluetooth Core, Vol 3, Part F, 3.2.9), which an MTU over 515 would exceed.

import { type Bytes, Fragmenter, largestMtu, Reassembler } from '@vitalseal/protocol';
import { attHeaderBytes } from '@vitalseal/sensor-link';

const longestValue = 512;

export function valuesOf(mtu: number): Fragmenter {
  return new Fragmenter(Math.min(mtu, longestValue + attHeaderBytes));
}

/** Puts messages together, and counts what was no part of one: a message that is lost is sent again by whoever misses it. */
export class ReceivedValues {
  readonly #reassembler = new Reassembler(largestMtu);
  readonly #dropped: () => void;

  constructor(dropped: () => void) {
    this.#dropped = dropped;
  }

  /** @returns the message that this value completes */
  accept(value: Bytes): Bytes | undefined {
    const { message, refused } = this.#reassembler.accept(value);
    if (refused) this.#dropped();
    return message;
  }
}
