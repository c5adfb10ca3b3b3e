/**
 * The key that signs notes (C2SP signed-note, signature type 0x02): ECDSA on P-256 over the text. Its ID is the beginning
 * of the SHA-256 of the public key, and so it is the same under every name.
 */
import {
  type Bytes,
  bytesToHex,
  concatBytes,
  importVerifyingKey,
  sha256,
  type VerifyingKey,
} from '@vitalseal/protocol';
import { fromBase64, toBase64 } from '../base64.ts';
import { AuditError } from '../errors.ts';

const ecdsaType = 0x02;
const idLength = 4;
/** No blank and no plus, so that a key's one-line form can be taken apart (C2SP: "MUST NOT contain"). */
const nameForm = /^[!-*,-~]{1,128}$/;

export interface NoteKey {
  readonly name: string;
  /** Eight hexadecimal digits. */
  readonly id: string;
  /** SubjectPublicKeyInfo, DER. */
  readonly spki: Bytes;
  readonly verifyingKey: VerifyingKey;
}

/** @throws AuditError `audit-note-malformed` */
export async function noteKey(name: string, spki: Bytes): Promise<NoteKey> {
  if (!nameForm.test(name)) throw malformed();
  try {
    const id = bytesToHex((await sha256(spki)).subarray(0, idLength));
    return { name, id, spki, verifyingKey: await importVerifyingKey(spki) };
  } catch (cause) {
    throw malformed(cause);
  }
}

/** `<name>+<id>+<base64 of type and key>`, as `transparency-dev` and Go's sumdb write a verifier's key. */
export function formatNoteKey({ name, id, spki }: NoteKey): string {
  return `${name}+${id}+${toBase64(concatBytes(Uint8Array.of(ecdsaType), spki))}`;
}

/** @throws AuditError `audit-note-malformed` */
export async function parseNoteKey(text: string): Promise<NoteKey> {
  const [, name = '', id = '', encoded = ''] = /^([^+]+)\+([0-9a-f]{8})\+([A-Za-z0-9+/=]{1,400})$/.exec(text) ?? [];
  const bytes = fromBase64(encoded);
  if (bytes === undefined || bytes[0] !== ecdsaType) throw malformed();
  const key = await noteKey(name, bytes.slice(1));
  if (key.id !== id) throw malformed();
  return key;
}

/** SHA-256 of the public key, for people to compare. */
export async function keyFingerprint({ spki }: NoteKey): Promise<string> {
  return bytesToHex(await sha256(spki));
}

function malformed(cause?: unknown): AuditError {
  return new AuditError('audit-note-malformed', 'expected a key of P-256 that signs notes', { cause });
}
