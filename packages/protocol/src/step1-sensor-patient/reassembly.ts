// The other end of the fragmentation. Bluetooth delivers in order and once, so a fragment that is lost, repeated, out of
// order or too long is a fault or an attack: it costs the message it belongs to and no other. What is put together is
// still unauthenticated; the record's tag decides.

import { type Bytes, concatBytes } from '../bytes.ts';
import { ProtocolError, type ProtocolErrorCode } from '../errors.ts';
import { fragmentLength, headerLength, lengthLength, maxMessageLength } from './fragmentation.ts';

/** What a fragment led to; both where a message came whole and the one before it is thereby lost. */
export interface Reassembled {
  readonly message?: Bytes;
  /** `fragment-malformed`, `fragment-oversized`, `fragment-duplicate` or `fragment-out-of-order`: one message less. */
  readonly refused?: ProtocolError;
}

/** Numbers come again after 256; so many behind the latest are taken for old, the others for new. */
const remembered = 64;

interface Unfinished {
  readonly number: number;
  readonly length: number;
  readonly parts: Bytes[];
  received: number;
}

/** Puts together the messages of one direction of one link. */
export class Reassembler {
  readonly #longest: number;
  readonly #maxMessage: number;
  #unfinished: Unfinished | undefined;
  #finished: number | undefined;
  #latest: number | undefined;

  /** @throws ProtocolError `link-mtu-unsupported` */
  constructor(mtu: number, maxMessage = maxMessageLength) {
    this.#longest = fragmentLength(mtu);
    this.#maxMessage = maxMessage;
  }

  /** Never throws: on a link there is no caller to throw to. */
  accept(fragment: Bytes): Reassembled {
    const [number, index] = fragment;
    const unfinished = this.#unfinished?.number === number ? this.#unfinished : undefined;
    // Until the fragment proves to be the next of it.
    if (unfinished !== undefined) this.#unfinished = undefined;
    if (fragment.length > this.#longest) return refusal('fragment-oversized', 'a fragment that fits the MTU');
    if (number === undefined || index === undefined || fragment.length === headerLength) {
      return refusal('fragment-malformed', 'a message number, an index and data');
    }
    if (index === 0) return this.#begin(number, fragment);
    if (index === unfinished?.parts.length) return this.#add(unfinished, fragment.slice(headerLength));
    if (number === this.#finished || (unfinished !== undefined && index < unfinished.parts.length)) {
      return refusal('fragment-duplicate', 'each fragment once');
    }
    return refusal('fragment-out-of-order', 'the next fragment of the message');
  }

  #begin(number: number, fragment: Bytes): Reassembled {
    if (this.#latest !== undefined && (this.#latest - number + 256) % 256 < remembered) {
      return refusal('fragment-duplicate', 'a message after the latest');
    }
    const [high, low] = fragment.subarray(headerLength);
    const data = fragment.slice(headerLength + lengthLength);
    if (high === undefined || low === undefined || data.length === 0) {
      return refusal('fragment-malformed', 'the length of the message and data');
    }
    const length = high * 256 + low;
    if (length > this.#maxMessage) {
      return refusal('fragment-oversized', `a message of at most ${this.#maxMessage} bytes`);
    }
    const previousWasCut = this.#unfinished !== undefined;
    this.#unfinished = undefined;
    this.#latest = number;
    const begun = this.#add({ number, length, parts: [], received: 0 }, data);
    return previousWasCut ? { ...refusal('fragment-out-of-order', 'the rest of the message before'), ...begun } : begun;
  }

  #add(unfinished: Unfinished, data: Bytes): Reassembled {
    unfinished.parts.push(data);
    unfinished.received += data.length;
    if (unfinished.received > unfinished.length) {
      return refusal('fragment-malformed', 'no more data than the message has');
    }
    if (unfinished.received < unfinished.length) {
      this.#unfinished = unfinished;
      return {};
    }
    this.#finished = unfinished.number;
    return { message: concatBytes(...unfinished.parts) };
  }
}

function refusal(code: ProtocolErrorCode, expected: string): Reassembled {
  return { refused: new ProtocolError(code, `expected ${expected}`) };
}
