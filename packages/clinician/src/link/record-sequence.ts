// The live feed: a CBOR sequence (RFC 8742) of byte strings, each one sealed record, with null as the heartbeat. It is
// read as it arrives, since the response never ends; a length over the limit is refused before anything is buffered.
import { ClinicianError } from '../errors.ts';

type Bytes = Uint8Array<ArrayBuffer>;

export const heartbeat = null;

const nullByte = 0xf6;
const byteStringMajorType = 2;
const largestRecord = 8 * 1024 * 1024;

/** Turns chunks of any size into records and heartbeats. */
export class RecordSequence {
  #pending: Bytes = new Uint8Array(0);
  readonly #largest: number;

  constructor(largest = largestRecord) {
    this.#largest = largest;
  }

  /** True between two items: a stream that ends anywhere else was cut. */
  get atBoundary(): boolean {
    return this.#pending.length === 0;
  }

  push(chunk: Uint8Array): (Bytes | typeof heartbeat)[] {
    const bytes = join(this.#pending, chunk);
    const items: (Bytes | typeof heartbeat)[] = [];
    let offset = 0;
    while (offset < bytes.length) {
      if (bytes[offset] === nullByte) {
        items.push(heartbeat);
        offset += 1;
        continue;
      }
      const head = byteStringHead(bytes, offset, this.#largest);
      if (head === undefined || head.start + head.length > bytes.length) break;
      items.push(bytes.slice(head.start, head.start + head.length));
      offset = head.start + head.length;
    }
    this.#pending = bytes.slice(offset);
    return items;
  }
}

/** Undefined where the head itself has not arrived whole. */
function byteStringHead(bytes: Bytes, offset: number, largest: number): { start: number; length: number } | undefined {
  const first = bytes[offset] ?? 0;
  const argument = first & 0x1f;
  if (first >> 5 !== byteStringMajorType || argument > 26) {
    throw new ClinicianError('stream-malformed', 'expected a byte string or null in the live feed');
  }
  if (argument < 24) return { start: offset + 1, length: argument };
  const width = 2 ** (argument - 24);
  if (offset + 1 + width > bytes.length) return undefined;
  let length = 0;
  for (let i = 0; i < width; i += 1) length = length * 256 + (bytes[offset + 1 + i] ?? 0);
  if (length > largest) {
    throw new ClinicianError('stream-malformed', `expected a record of at most ${largest} bytes in the live feed`);
  }
  return { start: offset + 1 + width, length };
}

function join(a: Bytes, b: Uint8Array): Bytes {
  const joined = new Uint8Array(a.length + b.length);
  joined.set(a);
  joined.set(b, a.length);
  return joined;
}
