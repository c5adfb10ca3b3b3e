/** C2SP tlog-checkpoint: how large the log is and what its root is, as a signed note. */
import type { Awaitable, Bytes } from '@vitalseal/protocol';
import { fromBase64, toBase64 } from '../base64.ts';
import { AuditError } from '../errors.ts';
import { hashLength } from '../merkle/compact-range.ts';
import type { NoteKey } from './note-key.ts';
import { openNote, parseNote, signNote } from './signed-note.ts';

export interface Checkpoint {
  /** Which log it is of. */
  readonly origin: string;
  readonly size: number;
  readonly root: Bytes;
}

/** Signed under the name of the log itself, as the form recommends. */
export async function signCheckpoint(
  { origin, size, root }: Checkpoint,
  key: NoteKey,
  sign: (bytes: Bytes) => Awaitable<Bytes>,
): Promise<string> {
  return signNote(`${origin}\n${size}\n${toBase64(root)}\n`, key, sign);
}

/** @throws AuditError `audit-note-malformed`, `audit-key-foreign`, `audit-signature-invalid` */
export async function openCheckpoint(note: string, key: NoteKey): Promise<Checkpoint> {
  return checkpointOf(await openNote(note, key));
}

/** What an unverified note claims, and whose it claims to be. @throws AuditError `audit-note-malformed` */
export function claimedCheckpoint(note: string): Checkpoint & { readonly keyIds: readonly string[] } {
  const { text, signatures } = parseNote(note);
  return { ...checkpointOf(text), keyIds: signatures.map(({ keyId }) => keyId) };
}

/** Lines after the third are another's to understand ("opaque and OPTIONAL"); an empty one is not allowed. */
function checkpointOf(text: string): Checkpoint {
  const [origin = '', size = '', encodedRoot = '', ...further] = text.slice(0, -1).split('\n');
  const root = fromBase64(encodedRoot);
  const isSound =
    origin !== '' && /^(?:0|[1-9]\d{0,15})$/.test(size) && Number.isSafeInteger(Number(size)) && !further.includes('');
  if (!isSound || root?.length !== hashLength) {
    throw new AuditError('audit-note-malformed', 'expected a checkpoint: origin, size and root');
  }
  return { origin, size: Number(size), root };
}
