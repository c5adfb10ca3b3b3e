// A log's key may have been replaced: whoever has followed it knows several.
import { type Checkpoint, openCheckpoint } from '../checkpoint/checkpoint.ts';
import type { NoteKey } from '../checkpoint/note-key.ts';
import { AuditError } from '../errors.ts';

/** @throws AuditError `audit-key-foreign` where none of them has signed it */
export async function openWithOneOf(note: string, keys: readonly NoteKey[]): Promise<Checkpoint> {
  let refusal: unknown = new AuditError('audit-key-foreign', 'expected a signature of a key that was given');
  for (const key of keys) {
    try {
      return await openCheckpoint(note, key);
    } catch (error) {
      if (!(error instanceof AuditError) || error.code !== 'audit-key-foreign') throw error;
      refusal = error;
    }
  }
  throw refusal;
}
