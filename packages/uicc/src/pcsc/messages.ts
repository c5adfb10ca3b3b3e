// The messages of pcscd's own socket: pcsc-lite's protocol 4.4 and 4.5 (its winscard_msg.h). Each is a C struct as it
// lies in memory: 32-bit fields in this machine's byte order, texts padded with zeros. The reply is the same struct,
// filled in; so its length is known before it arrives.

import { endianness } from 'node:os';
import type { Bytes } from '../card.ts';

const littleEndian = endianness() === 'LE';

/** `pcsc_msg_commands`, those we use. */
export const commands = {
  establishContext: 0x01,
  connect: 0x04,
  reconnect: 0x05,
  disconnect: 0x06,
  transmit: 0x09,
  version: 0x11,
  getReadersState: 0x12,
  waitReaderStateChange: 0x13,
  stopWaitingReaderStateChange: 0x14,
} as const;

export const protocolMajor = 4;
/** 4.4 is spoken by pcscd 1.8.24 to 2.2 and again from 2.4.1 on; the releases between want 4.5, which adds one command. */
export const protocolMinors = [4, 5] as const;

export const shareModes = { exclusive: 1, shared: 2 } as const;
export const cardProtocols = { t0: 1, t1: 2, any: 3 } as const;
/** What becomes of the card: SCARD_RESET_CARD, always. */
export const resetCard = 1;

/** MAX_BUFFER_SIZE_EXTENDED: an extended APDU, and more than any card answers. */
export const longestResponse = 4 + 3 + (1 << 16) + 3 + 2;
export const readerNameLength = 128;
/** READER_STATE, of which there are always sixteen. */
export const readerStateLength = 184;
export const readersStateLength = 16 * readerStateLength;

/** A struct of 32-bit fields, with one text at most in front of the rest. */
export function struct(...fields: readonly (number | string)[]): Bytes {
  const length = fields.reduce<number>((sum, field) => sum + (typeof field === 'string' ? readerNameLength : 4), 0);
  const bytes = new Uint8Array(length);
  const view = new DataView(bytes.buffer);
  let offset = 0;
  for (const field of fields) {
    if (typeof field === 'number') {
      view.setUint32(offset, field, littleEndian);
      offset += 4;
    } else {
      new TextEncoder().encodeInto(field, bytes.subarray(offset, offset + readerNameLength - 1));
      offset += readerNameLength;
    }
  }
  return bytes;
}

export function uint32(bytes: Uint8Array, offset: number): number {
  return new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength).getUint32(offset, littleEndian);
}

/** `rxHeader`, which stands before each message of ours and none of the daemon's. */
export function withHeader(command: number, body: Uint8Array): Bytes {
  const message = new Uint8Array(8 + body.length);
  message.set(struct(body.length, command));
  message.set(body, 8);
  return message;
}
