/**
 * A copy of the newest checkpoint in the data folder, out of the database's reach: the log must still be what it says. After a
 * restore it is not, and then the copy is put aside, for whoever wants to see what the log had been.
 */
import { existsSync, readFileSync, renameSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { AuditError, type Checkpoint, claimedCheckpoint } from '@vitalseal/audit';

export const keptCheckpointFile = 'audit-checkpoint.txt';

export function keepCheckpoint(dataDir: string, note: string): void {
  const path = join(dataDir, keptCheckpointFile);
  writeFileSync(`${path}.new`, note, { mode: 0o600 });
  renameSync(`${path}.new`, path);
}

/** @returns undefined where there is none that can be read */
export function readKeptCheckpoint(dataDir: string): Checkpoint | undefined {
  const path = join(dataDir, keptCheckpointFile);
  if (!existsSync(path)) return undefined;
  try {
    return claimedCheckpoint(readFileSync(path, 'utf8'));
  } catch (error) {
    if (error instanceof AuditError) return undefined;
    throw error;
  }
}

/** The store was put back to an older state, and that is known. */
export function putCheckpointAside(dataDir: string): void {
  const path = join(dataDir, keptCheckpointFile);
  if (existsSync(path)) renameSync(path, join(dataDir, `audit-checkpoint-until-${Date.now()}.txt`));
}
