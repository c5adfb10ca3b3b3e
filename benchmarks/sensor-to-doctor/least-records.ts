// The least chain's record: who (4 bytes), a counter (8), then AES-256-GCM ciphertext and tag, the head authenticated.
// Several in a row each have their length (2 bytes) before them.
import { createCipheriv, createDecipheriv, type KeyObject } from 'node:crypto';

export interface LeastRecord {
  readonly who: number;
  readonly counter: number;
  readonly payload: Buffer;
}

const headBytes = 12;
const tagBytes = 16;

function nonceOf(counter: number): Buffer {
  const nonce = Buffer.alloc(12);
  nonce.writeBigUInt64BE(BigInt(counter), 4);
  return nonce;
}

/** With its length before it. */
export function sealLeast(
  key: KeyObject,
  { who, counter, payload }: Omit<LeastRecord, 'payload'> & { payload: Uint8Array },
): Buffer {
  const head = Buffer.alloc(2 + headBytes);
  head.writeUInt16BE(headBytes + payload.length + tagBytes);
  head.writeUInt32BE(who, 2);
  head.writeBigUInt64BE(BigInt(counter), 6);
  const cipher = createCipheriv('aes-256-gcm', key, nonceOf(counter));
  cipher.setAAD(head.subarray(2));
  const ciphertext = cipher.update(payload);
  cipher.final();
  return Buffer.concat([head, ciphertext, cipher.getAuthTag()]);
}

export function openLeast(keyOf: (who: number) => KeyObject, record: Buffer): LeastRecord {
  const who = record.readUInt32BE(0);
  const counter = Number(record.readBigUInt64BE(4));
  const decipher = createDecipheriv('aes-256-gcm', keyOf(who), nonceOf(counter));
  decipher.setAAD(record.subarray(0, headBytes));
  decipher.setAuthTag(record.subarray(-tagBytes));
  const payload = decipher.update(record.subarray(headBytes, -tagBytes));
  decipher.final();
  return { who, counter, payload };
}

/** The whole records in what has come so far, and what is left of the next. */
export function splitLeast(bytes: Buffer): { readonly records: readonly Buffer[]; readonly rest: Buffer } {
  const records: Buffer[] = [];
  let at = 0;
  while (at + 2 <= bytes.length) {
    const end = at + 2 + bytes.readUInt16BE(at);
    if (end > bytes.length) break;
    records.push(bytes.subarray(at + 2, end));
    at = end;
  }
  return { records, rest: bytes.subarray(at) };
}
