/** A log with its checkpoints, as a hospital would export it, for tests that then damage it. */
import { generateKeyPairSync, sign as signature } from 'node:crypto';
import type { Bytes } from '@vitalseal/protocol';
import { toBase64 } from '../base64.ts';
import { signCheckpoint } from '../checkpoint/checkpoint.ts';
import { formatNoteKey, type NoteKey, noteKey } from '../checkpoint/note-key.ts';
import type { AuditAct } from '../entry/entry.ts';
import { encodeEntry, entryBytes } from '../entry/entry-codec.ts';
import { formatHead, formatLine } from '../export/export-format.ts';
import { CompactRange } from '../merkle/compact-range.ts';
import { leafHash } from '../merkle/hashes.ts';

export const origin = 'vitalseal-audit/0123456789abcdef';

export interface LogSigner {
  readonly key: NoteKey;
  sign(bytes: Bytes): Bytes;
}

export async function logSigner(): Promise<LogSigner> {
  const { privateKey, publicKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' });
  return {
    key: await noteKey(origin, new Uint8Array(publicKey.export({ type: 'spki', format: 'der' }))),
    sign: (bytes) => new Uint8Array(signature('sha256', bytes, { key: privateKey, dsaEncoding: 'ieee-p1363' })),
  };
}

export class ExportedLog {
  readonly #range = CompactRange.empty();
  readonly #body: string[] = [];
  #head: readonly string[];
  #previous = '';
  #signer: LogSigner;

  constructor(signer: LogSigner) {
    this.#signer = signer;
    this.#head = formatHead({ origin, key: formatNoteKey(signer.key), from: 0, range: new Uint8Array() });
  }

  get size(): number {
    return this.#range.size;
  }

  async add(act: AuditAct): Promise<void> {
    const index = this.#range.size;
    const entry = encodeEntry({ ...act, index, previous: this.#previous, at: 1_700_000_000_000 + index });
    const leaf = await leafHash(entryBytes(entry));
    await this.#range.append(leaf);
    this.#previous = toBase64(leaf);
    this.#body.push(formatLine({ type: 'entry', leaf: this.#previous, entry }));
  }

  async addMany(count: number): Promise<void> {
    for (let at = 0; at < count; at++) {
      const actor = `urn:vitalseal:doctor:d${at % 3}`;
      await this.add({ kind: 'history-read', actor, patient: 'urn:vitalseal:patient:p1', what: { number: this.size } });
    }
  }

  async note(signer = this.#signer): Promise<string> {
    const root = await this.#range.root();
    return signCheckpoint({ origin, size: this.size, root }, signer.key, signer.sign);
  }

  async checkpoint(signer = this.#signer): Promise<void> {
    this.#body.push(formatLine({ type: 'checkpoint', note: await this.note(signer) }));
  }

  /** What follows is exported as a part that begins here. */
  cutHere(): void {
    const { key } = this.#signer;
    const range = this.#range.encode();
    this.#head = formatHead({ origin, key: formatNoteKey(key), from: this.size, range });
    this.#body.length = 0;
  }

  changeSigner(signer: LogSigner): void {
    this.#signer = signer;
  }

  lines(): string[] {
    return [...this.#head, ...this.#body, formatLine({ type: 'end', size: this.size })];
  }
}
