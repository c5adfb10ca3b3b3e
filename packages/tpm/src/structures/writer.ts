// Marshalling, TPM 2.0 Library Part 2 section 4: big-endian integers and sized buffers.
import { type Bytes, concatBytes } from '@vitalseal/protocol';

export function u8(value: number): Bytes {
  return Uint8Array.of(value);
}

export function u16(value: number): Bytes {
  const bytes = new Uint8Array(2);
  new DataView(bytes.buffer).setUint16(0, value);
  return bytes;
}

export function u32(value: number): Bytes {
  const bytes = new Uint8Array(4);
  new DataView(bytes.buffer).setUint32(0, value);
  return bytes;
}

/** A TPM2B: two bytes of size, and as many bytes. */
export function sized(bytes: Uint8Array): Bytes {
  return concatBytes(u16(bytes.length), bytes);
}
