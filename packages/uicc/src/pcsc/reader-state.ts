// What pcscd knows of its readers: READER_STATE (pcsc-lite's eventhandler.h).

import type { Bytes } from '../card.ts';
import { readerNameLength, readerStateLength, uint32 } from './messages.ts';

export interface ReaderState {
  readonly name: string;
  /** Whether there is a card in it. */
  readonly card: boolean;
  /** Answer to reset of that card; empty when it is not powered, or has not answered. */
  readonly atr: Bytes;
  /** Whether one program has it for itself. */
  readonly exclusive: boolean;
}

const present = 0x04;
/** Longer ones mean that the card has not answered yet. */
const longestAtr = 33;

export function decodeReadersState(bytes: Uint8Array): ReaderState[] {
  const readers: ReaderState[] = [];
  for (let offset = 0; offset + readerStateLength <= bytes.length; offset += readerStateLength) {
    const reader = decodeReaderState(bytes.subarray(offset, offset + readerStateLength));
    if (reader.name !== '') readers.push(reader);
  }
  return readers;
}

function decodeReaderState(bytes: Uint8Array): ReaderState {
  const nameBytes = bytes.subarray(0, readerNameLength);
  const end = nameBytes.indexOf(0);
  const name = new TextDecoder().decode(end < 0 ? nameBytes : nameBytes.subarray(0, end));
  const atrLength = uint32(bytes, 176);
  const answered = atrLength > 0 && atrLength <= longestAtr;
  return {
    name,
    card: (uint32(bytes, 132) & present) !== 0,
    atr: answered ? bytes.slice(140, 140 + atrLength) : new Uint8Array(),
    exclusive: uint32(bytes, 136) === 0xffff_ffff,
  };
}
