// What an auditor has on a disk: keys, checkpoints, proofs.
import { readFileSync } from 'node:fs';
import { type NoteKey, parseNoteKey } from '@vitalseal/audit';
import { HospitalError } from '../../errors.ts';

/** @throws HospitalError `invalid-file`; AuditError `audit-note-malformed` */
export async function keysOf(files: readonly string[]): Promise<NoteKey[]> {
  const keys: NoteKey[] = [];
  for (const file of files) keys.push(await parseNoteKey(textOf(file).trim()));
  return keys;
}

/** @throws HospitalError `invalid-file` */
export function textOf(file: string): string {
  try {
    return readFileSync(file, 'utf8');
  } catch (cause) {
    throw new HospitalError('invalid-file', `expected a file at ${file}`, { cause });
  }
}
