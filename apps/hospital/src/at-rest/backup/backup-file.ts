/**
 * A backup as a file: a header that anybody may read, the key of this one file wrapped by the key store's, and the content in
 * chunks of 64 KiB, each sealed with AES-256-GCM under its number, the last one marked as the last (the STREAM construction,
 * as age has it). The file's key seals nothing else, so numbers serve as nonces; a chunk that was altered, left out, doubled
 * or put elsewhere does not open, nor does a file that was cut.
 */
import {
  createCipheriv,
  createDecipheriv,
  createHash,
  createSecretKey,
  type KeyObject,
  randomBytes,
} from 'node:crypto';
import type { FileHandle } from 'node:fs/promises';
import type { Bytes } from '@vitalseal/protocol';
import { HospitalError } from '../../errors.ts';
import { openValue, sealedOverhead, sealValue } from '../sealed-value.ts';
import { keyFor, newest, type WrappingKeys } from '../wrapping.ts';

export interface BackupHeader {
  /** Identity of the hospital in its text form. */
  readonly hospital: string;
  /** UTC ms. */
  readonly madeAt: number;
  /** Version of the wrapping key. */
  readonly wrapping: number;
  /** What brings the wrapping keys back with the shares (keys/recovery); null where they were not split. */
  readonly recovery: string | null;
}

const magic = Buffer.from('vitalseal-backup\x01');
const lengthLength = 4;
const mostHeader = 1 << 20;
const keyLength = 32;
const wrappedKeyLength = keyLength + sealedOverhead;
export const chunkLength = 65_536;
const tagLength = 16;

const placeOfKey = (head: Uint8Array) =>
  ['backup', 'file-key', createHash('sha256').update(head).digest('hex')] as const;

/** 88 bits of the chunk's number, and whether it is the last. */
function nonceOf(chunk: number, isLast: boolean): Buffer {
  const nonce = Buffer.alloc(12);
  nonce.writeBigUInt64BE(BigInt(chunk), 3);
  nonce[11] = isLast ? 1 : 0;
  return nonce;
}

export class BackupWriter {
  readonly #file: FileHandle;
  readonly #key: KeyObject;
  #waiting: Buffer[] = [];
  #waitingLength = 0;
  #chunk = 0;

  private constructor(file: FileHandle, key: KeyObject) {
    this.#file = file;
    this.#key = key;
  }

  static async begin(
    file: FileHandle,
    header: Omit<BackupHeader, 'wrapping'>,
    keys: WrappingKeys,
  ): Promise<BackupWriter> {
    const wrapping = newest(keys);
    const json = Buffer.from(JSON.stringify({ ...header, wrapping: wrapping.version } satisfies BackupHeader));
    const length = Buffer.alloc(lengthLength);
    length.writeUInt32BE(json.length);
    const head = Buffer.concat([magic, length, json]);
    const raw = randomBytes(keyLength);
    await file.write(head);
    await file.write(sealValue(keyFor('backup', wrapping), placeOfKey(head), raw));
    return new BackupWriter(file, createSecretKey(raw));
  }

  async write(bytes: Uint8Array): Promise<void> {
    this.#waiting.push(Buffer.from(bytes));
    this.#waitingLength += bytes.length;
    // More than a chunk, not just one: the last chunk is known only at the end, and is never empty.
    while (this.#waitingLength > chunkLength) {
      const all = Buffer.concat(this.#waiting);
      this.#waiting = [all.subarray(chunkLength)];
      this.#waitingLength = all.length - chunkLength;
      await this.#seal(all.subarray(0, chunkLength), false);
    }
  }

  async end(): Promise<void> {
    await this.#seal(Buffer.concat(this.#waiting), true);
    await this.#file.sync();
  }

  async #seal(plaintext: Uint8Array, isLast: boolean): Promise<void> {
    const cipher = createCipheriv('aes-256-gcm', this.#key, nonceOf(this.#chunk, isLast));
    this.#chunk += 1;
    const sealed = cipher.update(plaintext);
    cipher.final();
    await this.#file.write(Buffer.concat([sealed, cipher.getAuthTag()]));
  }
}

export interface OpenBackup {
  readonly header: BackupHeader;
  /** Which file it is, by its header and its own key: hexadecimal. */
  readonly id: string;
  /** The content from its beginning, chunk by chunk. @throws HospitalError `backup-malformed` */
  chunks(): AsyncGenerator<Bytes>;
}

/** What anybody may read of a backup. @throws HospitalError `backup-malformed` */
export async function readBackupHeader(file: FileHandle): Promise<BackupHeader> {
  return (await readHead(file)).header;
}

/** @throws HospitalError `backup-malformed`, `backup-foreign` */
export async function openBackup(file: FileHandle, keys: WrappingKeys): Promise<OpenBackup> {
  const { header, head } = await readHead(file);
  const wrapped = await readAt(file, head.length, wrappedKeyLength);
  const wrapping = keys.find(({ version }) => version === header.wrapping);
  if (wrapping === undefined || wrapped.length < wrappedKeyLength) throw foreign();
  let key: KeyObject;
  try {
    key = createSecretKey(openValue(keyFor('backup', wrapping), placeOfKey(head), wrapped));
  } catch (cause) {
    throw foreign(cause);
  }
  const id = createHash('sha256').update(head).update(wrapped).digest('hex');
  return { header, id, chunks: () => chunksOf(file, key, head.length + wrappedKeyLength) };
}

async function readHead(file: FileHandle): Promise<{ header: BackupHeader; head: Buffer }> {
  const fixed = await readAt(file, 0, magic.length + lengthLength);
  if (fixed.length < magic.length + lengthLength || !fixed.subarray(0, magic.length).equals(magic)) throw malformed();
  const length = fixed.readUInt32BE(magic.length);
  if (length > mostHeader) throw malformed();
  const json = await readAt(file, fixed.length, length);
  if (json.length < length) throw malformed();
  return { header: parseHeader(json), head: Buffer.concat([fixed, json]) };
}

function parseHeader(json: Buffer): BackupHeader {
  let value: Partial<Record<keyof BackupHeader, unknown>> | null;
  try {
    value = JSON.parse(json.toString());
  } catch (cause) {
    throw malformed(cause);
  }
  const { hospital, madeAt, wrapping, recovery } = value ?? {};
  if (typeof hospital !== 'string' || typeof madeAt !== 'number' || typeof wrapping !== 'number') throw malformed();
  if (recovery !== null && typeof recovery !== 'string') throw malformed();
  return { hospital, madeAt, wrapping, recovery };
}

async function* chunksOf(file: FileHandle, key: KeyObject, start: number): AsyncGenerator<Bytes> {
  const { size } = await file.stat();
  let at = start;
  for (let chunk = 0; ; chunk++) {
    const sealed = await readAt(file, at, chunkLength + tagLength);
    at += sealed.length;
    const isLast = at >= size;
    if (sealed.length < tagLength) throw malformed();
    yield openChunk(key, nonceOf(chunk, isLast), sealed);
    if (isLast) return;
  }
}

function openChunk(key: KeyObject, nonce: Buffer, sealed: Buffer): Bytes {
  const end = sealed.length - tagLength;
  const decipher = createDecipheriv('aes-256-gcm', key, nonce, { authTagLength: tagLength });
  decipher.setAuthTag(sealed.subarray(end));
  try {
    const plaintext = decipher.update(sealed.subarray(0, end));
    decipher.final();
    return new Uint8Array(plaintext);
  } catch (cause) {
    throw malformed(cause);
  }
}

async function readAt(file: FileHandle, position: number, length: number): Promise<Buffer> {
  const buffer = Buffer.alloc(length);
  let got = 0;
  while (got < length) {
    const { bytesRead } = await file.read(buffer, got, length - got, position + got);
    if (bytesRead === 0) break;
    got += bytesRead;
  }
  return buffer.subarray(0, got);
}

export function malformed(cause?: unknown): HospitalError {
  return new HospitalError('backup-malformed', 'expected a backup as it was made, whole and unaltered', { cause });
}

function foreign(cause?: unknown): HospitalError {
  return new HospitalError('backup-foreign', 'expected a backup that the keys of this hospital have sealed', { cause });
}
