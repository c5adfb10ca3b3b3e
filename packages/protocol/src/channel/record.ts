// A record on the wire: COSE_Encrypt0 (RFC 9052 section 5.2, untagged) of one fixed shape,
//
//   [ h'{1: 3, 4: kid (8 bytes), 6: Partial IV}', {}, ciphertext ]
//
// Deterministic CBOR leaves one encoding of that shape, so it is matched byte for byte where it stands instead of being
// decoded into values: whatever else arrives is malformed.

import type { Bytes } from '../bytes.ts';
import { ProtocolError } from '../errors.ts';

export const channelIdLength = 8;
/** Partial IVs have no leading zero. */
export const maxPartialIvLength = 5;
export const maxSequence = 2 ** 40 - 1;
export const maxRecordBytes = 1 << 20;

const tagLength = 16;
/** A byte string of 15 to 20 bytes: { 1: 3, 4: a byte string of 8, 6: a byte string of 1 to 5 }. */
const algorithmAndKeyId = Uint8Array.of(0xa3, 0x01, 0x03, 0x04, 0x40 + channelIdLength);
const headerAt = 1;
const channelIdAt = headerAt + 1 + algorithmAndKeyId.length;
const partialIvHeadAt = channelIdAt + channelIdLength;

export interface ParsedRecord {
  readonly sequence: number;
  /** A view of the record, tag included. */
  readonly ciphertext: Bytes;
}

function malformed(): ProtocolError {
  return new ProtocolError('record-malformed', 'expected a COSE_Encrypt0 under A256GCM with kid and Partial IV');
}

/**
 * The protected header, as the byte string that stands in the record: channel and counter leave nothing else to say, so
 * the opener makes it itself from those two.
 * @throws ProtocolError `counter-exhausted`
 */
export function recordHeader(channel: Bytes, sequence: number): Bytes {
  const header = new Uint8Array(headerLength(sequence));
  writeHeader(header, 0, channel, sequence);
  return header;
}

function headerLength(sequence: number): number {
  return partialIvHeadAt - headerAt + 2 + partialIvLength(sequence);
}

/** @returns where it ends */
function writeHeader(into: Bytes, at: number, channel: Bytes, sequence: number): number {
  const length = partialIvLength(sequence);
  into[at] = 0x4f + length;
  into.set(algorithmAndKeyId, at + 1);
  into.set(channel, at + channelIdAt - headerAt);
  const partialIvAt = at + partialIvHeadAt - headerAt;
  into[partialIvAt] = 0x06;
  into[partialIvAt + 1] = 0x40 + length;
  const end = partialIvAt + 2 + length;
  writePartialIv(into, end, sequence);
  return end;
}

export function encodeRecord(channel: Bytes, sequence: number, ciphertext: Bytes): Bytes {
  const { length } = ciphertext;
  const size = sizeOfLength(length);
  const record = new Uint8Array(headerAt + headerLength(sequence) + 2 + size + length);
  record[0] = 0x83;
  const end = writeHeader(record, headerAt, channel, sequence);
  record[end] = 0xa0;
  record[end + 1] = size === 0 ? 0x40 + length : initialOfSize(size);
  for (let i = end + 1 + size, rest = length; i > end + 1; i--, rest >>>= 8) record[i] = rest & 0xff;
  record.set(ciphertext, end + 2 + size);
  return record;
}

/** The kid, for finding the channel of a record before it is opened. @throws ProtocolError `record-malformed` */
export function channelIdOf(record: Bytes): Bytes {
  parseRecord(record);
  return new Uint8Array(record.subarray(channelIdAt, partialIvHeadAt));
}

/** Whether a record that was parsed is of this channel: what it says, not yet what the tag says. */
export function isOfChannel(record: Bytes, channel: Bytes): boolean {
  for (let i = 0; i < channelIdLength; i++) if (record[channelIdAt + i] !== channel[i]) return false;
  return true;
}

/** @throws ProtocolError `record-malformed`, `message-too-large` */
export function parseRecord(record: Bytes): ParsedRecord {
  if (record.length > maxRecordBytes) {
    throw new ProtocolError('message-too-large', `expected a record of at most ${maxRecordBytes} bytes`);
  }
  const length = (record[headerAt] ?? 0) - 0x4f;
  if (record[0] !== 0x83 || length < 1 || length > maxPartialIvLength) throw malformed();
  for (let i = 0; i < algorithmAndKeyId.length; i++) {
    if (record[headerAt + 1 + i] !== algorithmAndKeyId[i]) throw malformed();
  }
  const start = partialIvHeadAt + 2;
  const end = start + length;
  if (record[partialIvHeadAt] !== 0x06 || record[partialIvHeadAt + 1] !== 0x40 + length) throw malformed();
  if (length > 1 && record[start] === 0) throw malformed();
  let sequence = 0;
  for (let i = start; i < end; i++) sequence = sequence * 256 + (record[i] ?? 0);
  if (record[end] !== 0xa0) throw malformed();
  return { sequence, ciphertext: ciphertextAt(record, end + 1) };
}

/** The rest of the record: its length has one head, and the record has that one. */
function ciphertextAt(record: Bytes, at: number): Bytes {
  const rest = record.length - at;
  const size = rest < 1 + 24 ? 0 : rest < 2 + 0x100 ? 1 : rest < 3 + 0x10000 ? 2 : 4;
  const start = at + 1 + size;
  const length = record.length - start;
  let announced = 0;
  for (let i = at + 1; i < start; i++) announced = announced * 256 + (record[i] ?? 0);
  const initial = size === 0 ? 0x40 + length : initialOfSize(size);
  const least = size === 0 ? 0 : size === 1 ? 24 : size === 2 ? 0x100 : 0x10000;
  if (record[at] !== initial || (size > 0 && announced !== length)) throw malformed();
  if (length < least || length < tagLength) throw malformed();
  return record.subarray(start);
}

/** How many bytes behind the first say the length of a byte string. */
function sizeOfLength(length: number): number {
  if (length < 24) return 0;
  if (length < 0x100) return 1;
  return length < 0x10000 ? 2 : 4;
}

function initialOfSize(size: number): number {
  return size === 1 ? 0x58 : size === 2 ? 0x59 : 0x5a;
}

/** Bytes of the Partial IV of a counter. @throws ProtocolError `counter-exhausted` */
export function partialIvLength(sequence: number): number {
  if (!Number.isInteger(sequence) || sequence < 0 || sequence > maxSequence) {
    throw new ProtocolError('counter-exhausted', 'expected a counter of 40 bits');
  }
  if (sequence < 2 ** 8) return 1;
  if (sequence < 2 ** 16) return 2;
  if (sequence < 2 ** 24) return 3;
  return sequence < 2 ** 32 ? 4 : 5;
}

/** The counter as the Partial IV that ends before `end`. */
export function writePartialIv(bytes: Bytes, end: number, sequence: number): void {
  let rest = sequence;
  for (let i = end - 1, last = end - partialIvLength(sequence); i >= last; i--) {
    bytes[i] = rest % 256;
    rest = Math.floor(rest / 256);
  }
}
