// A record on the wire: COSE_Encrypt0 (RFC 9052 section 5.2, untagged) of one fixed shape,
//
//   [ h'{1: 3, 4: kid (8 bytes), 6: Partial IV}', {}, ciphertext ]
//
// Deterministic CBOR leaves one encoding of that shape, so it is matched byte for byte where it stands instead of being
// decoded into values: whatever else arrives is malformed.

import { type Bytes, concatBytes } from '../bytes.ts';
import { ProtocolError } from '../errors.ts';

export const channelIdLength = 8;
/** Partial IVs have at most 5 bytes, and no leading zero. */
export const maxSequence = 2 ** 40 - 1;
export const maxRecordBytes = 1 << 20;

const tagLength = 16;
// [ bstr of 15 + n bytes: { 1: 3, 4: bstr of 8 bytes
const headerAt = 1;
const algorithmAndKeyId = Uint8Array.of(0xa3, 0x01, 0x03, 0x04, 0x40 + channelIdLength);
const channelIdAt = headerAt + 1 + algorithmAndKeyId.length;
const partialIvHeadAt = channelIdAt + channelIdLength;

export interface ParsedRecord {
  readonly sequence: number;
  /** The protected header as it stands, byte string head included. */
  readonly header: Bytes;
  readonly ciphertext: Bytes;
}

function malformed(): ProtocolError {
  return new ProtocolError('record-malformed', 'expected a COSE_Encrypt0 under A256GCM with kid and Partial IV');
}

/** The protected header of a record, as a byte string. @throws ProtocolError `counter-exhausted` */
export function recordHeader(channel: Bytes, sequence: number): Bytes {
  const partialIv = partialIvOf(sequence);
  return concatBytes(
    Uint8Array.of(0x4f + partialIv.length),
    algorithmAndKeyId,
    channel,
    Uint8Array.of(0x06, 0x40 + partialIv.length),
    partialIv,
  );
}

export function encodeRecord(header: Bytes, ciphertext: Bytes): Bytes {
  return concatBytes(Uint8Array.of(0x83), header, Uint8Array.of(0xa0), byteStringHead(ciphertext.length), ciphertext);
}

/** The kid, for finding the channel of a record before it is opened. @throws ProtocolError `record-malformed` */
export function channelIdOf(record: Bytes): Bytes {
  parseRecord(record);
  return record.slice(channelIdAt, partialIvHeadAt);
}

/** Views of the record, not copies. @throws ProtocolError `record-malformed`, `message-too-large` */
export function parseRecord(record: Bytes): ParsedRecord {
  if (record.length > maxRecordBytes) {
    throw new ProtocolError('message-too-large', `expected a record of at most ${maxRecordBytes} bytes`);
  }
  const length = (record[headerAt] ?? 0) - 0x4f;
  if (record[0] !== 0x83 || length < 1 || length > 5) throw malformed();
  for (let i = 0; i < algorithmAndKeyId.length; i++) {
    if (record[headerAt + 1 + i] !== algorithmAndKeyId[i]) throw malformed();
  }
  const end = partialIvHeadAt + 2 + length;
  if (record[partialIvHeadAt] !== 0x06 || record[partialIvHeadAt + 1] !== 0x40 + length) throw malformed();
  if (length > 1 && record[partialIvHeadAt + 2] === 0) throw malformed();
  let sequence = 0;
  for (let i = partialIvHeadAt + 2; i < end; i++) sequence = sequence * 256 + (record[i] ?? 0);
  if (record[end] !== 0xa0) throw malformed();
  return { sequence, header: record.subarray(headerAt, end), ciphertext: ciphertextAt(record, end + 1) };
}

/** Whether a parsed record is of this channel; its header is not yet authenticated. */
export function isOfChannel({ header }: ParsedRecord, channel: Bytes): boolean {
  for (let i = 0; i < channelIdLength; i++) {
    if (header[channelIdAt - headerAt + i] !== channel[i]) return false;
  }
  return true;
}

function ciphertextAt(record: Bytes, at: number): Bytes {
  const initial = record[at] ?? 0;
  const size = initial === 0x58 ? 1 : initial === 0x59 ? 2 : initial === 0x5a ? 4 : 0;
  const ciphertext = record.subarray(at + 1 + size);
  const head = byteStringHead(ciphertext.length);
  // The rest of the record has one length, and that length one head.
  for (let i = 0; i < head.length; i++) if (record[at + i] !== head[i]) throw malformed();
  if (head.length !== 1 + size || ciphertext.length < tagLength) throw malformed();
  return ciphertext;
}

function byteStringHead(length: number): Bytes {
  if (length < 24) return Uint8Array.of(0x40 + length);
  if (length < 0x100) return Uint8Array.of(0x58, length);
  if (length < 0x10000) return Uint8Array.of(0x59, length >> 8, length & 0xff);
  return Uint8Array.of(0x5a, length >>> 24, (length >> 16) & 0xff, (length >> 8) & 0xff, length & 0xff);
}

function partialIvOf(sequence: number): Bytes {
  if (!Number.isInteger(sequence) || sequence < 0 || sequence > maxSequence) {
    throw new ProtocolError('counter-exhausted', 'expected a counter of 40 bits');
  }
  const bytes: number[] = [];
  for (let rest = sequence; rest > 0 || bytes.length === 0; rest = Math.floor(rest / 256)) bytes.unshift(rest % 256);
  return Uint8Array.from(bytes);
}

/** Nonce = IV xor the Partial IV padded on the left (RFC 9052 section 3.1): unique while the counter never goes back. */
export function nonceOf(iv: Bytes, sequence: number): Bytes {
  const nonce = iv.slice();
  for (let i = nonce.length - 1, rest = sequence; rest > 0; i--, rest = Math.floor(rest / 256)) {
    nonce[i] = (nonce[i] ?? 0) ^ (rest % 256);
  }
  return nonce;
}
