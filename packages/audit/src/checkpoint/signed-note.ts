/** C2SP signed-note: a text, a blank line, and who signed it. Read strictly; signatures of keys that are not asked for are let be. */
import { type Awaitable, type Bytes, bytesToHex, concatBytes, hexToBytes } from '@vitalseal/protocol';
import { fromBase64, toBase64 } from '../base64.ts';
import { AuditError } from '../errors.ts';
import { fromDer, toDer } from './ecdsa-signature.ts';
import type { NoteKey } from './note-key.ts';

export interface NoteSignature {
  readonly name: string;
  /** Eight hexadecimal digits. */
  readonly keyId: string;
  readonly signature: Bytes;
}

export interface SignedNote {
  /** With the newline at its end, which is signed too. */
  readonly text: string;
  readonly signatures: readonly NoteSignature[];
}

const longestNote = 65_536;
const mostSignatures = 64;
const idLength = 4;
const signatureLine = /^\u2014 ([^\s+]{1,128}) ([A-Za-z0-9+/=]+)$/u;

/** Signs as type 0x02 has it. `sign`: ES256, r || s. */
export async function signNote(text: string, key: NoteKey, sign: (bytes: Bytes) => Awaitable<Bytes>): Promise<string> {
  const bytes = new TextEncoder().encode(text);
  if (!text.endsWith('\n') || text.length > longestNote || hasControls(text)) throw malformed();
  const signature = concatBytes(hexToBytes(key.id), toDer(await sign(bytes)));
  return `${text}\n\u2014 ${key.name} ${toBase64(signature)}\n`;
}

/** @throws AuditError `audit-note-malformed` */
export function parseNote(note: string): SignedNote {
  const split = note.lastIndexOf('\n\n');
  if (note.length > longestNote || split < 0 || !note.endsWith('\n') || hasControls(note)) throw malformed();
  const lines = note.slice(split + 2, -1).split('\n');
  if (lines.length > mostSignatures) throw malformed();
  return { text: note.slice(0, split + 1), signatures: lines.map(parseSignature) };
}

/**
 * The text, if that key has signed it.
 * @throws AuditError `audit-note-malformed`, `audit-key-foreign`, `audit-signature-invalid`
 */
export async function openNote(note: string, key: NoteKey): Promise<string> {
  const { text, signatures } = parseNote(note);
  const own = signatures.filter(({ name, keyId }) => name === key.name && keyId === key.id);
  if (own.length === 0) throw new AuditError('audit-key-foreign', 'expected a signature of the key that was given');
  const bytes = new TextEncoder().encode(text);
  for (const { signature } of own) {
    const raw = fromDer(signature);
    // "If a signature from a known key fails to verify, clients SHOULD reject the whole note."
    if (raw === undefined || !(await key.verifyingKey.verify(bytes, raw))) {
      throw new AuditError('audit-signature-invalid', 'expected a signature that fits the note');
    }
  }
  return text;
}

function parseSignature(line: string): NoteSignature {
  const [, name = '', encoded = ''] = signatureLine.exec(line) ?? [];
  const bytes = fromBase64(encoded);
  if (bytes === undefined || bytes.length <= idLength) throw malformed();
  return { name, keyId: bytesToHex(bytes.subarray(0, idLength)), signature: bytes.slice(idLength) };
}

/** "MUST NOT contain any ASCII control characters (those below U+0020) other than newline"; nor half a character of UTF-16. */
function hasControls(text: string): boolean {
  for (let at = 0; at < text.length; at++) {
    const unit = text.charCodeAt(at);
    if (unit < 0x20 && unit !== 0x0a) return true;
  }
  return !text.isWellFormed();
}

function malformed(): AuditError {
  return new AuditError('audit-note-malformed', 'expected a signed note');
}
