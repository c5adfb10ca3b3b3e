/** A backup is made of one moment of the store while the hospital goes on serving, and proved by restoring it. */
import { existsSync, mkdtempSync, readdirSync, rmSync, statSync } from 'node:fs';
import { open, rename } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { HospitalError } from '../../errors.ts';
import { asOfNow } from '../../store/as-of-now.ts';
import { lockFile } from '../../store/file-lock.ts';
import { openStore, type Store } from '../../store/open-store.ts';
import type { OnProgress } from '../remove-readings.ts';
import { syncFolder } from '../sealed-file.ts';
import type { WrappingKeys } from '../wrapping.ts';
import { type BackupRecord, digestOf, encodeRecord, exportRecords } from './backup-content.ts';
import { BackupWriter } from './backup-file.ts';
import { countUnreadable } from './count-unreadable.ts';
import { restoreInto } from './restore-backup.ts';

export interface BackupOptions {
  readonly store: Store;
  /** Where the file is to be; nothing stands there yet. */
  readonly path: string;
  /** Identity of the hospital in its text form. */
  readonly hospital: string;
  readonly recovery: string | null;
  readonly wrappingKeys: WrappingKeys;
  /** Who asked for it, for the audit log. */
  readonly actor: string;
  readonly onProgress?: OnProgress;
}

export interface MadeBackup {
  readonly rows: number;
  /** SHA-256 of the content, hexadecimal. */
  readonly digest: string;
  /** Values that do not open, in the backup as in the store: rows that were spoilt before. */
  readonly unreadable: number;
}

/** @throws HospitalError `backup-unverified`, `invalid-file` when something has come to stand there meanwhile */
export async function makeBackup(options: BackupOptions): Promise<MadeBackup> {
  const { store, path, wrappingKeys, actor } = options;
  // Of this run's own: one that was killed stands in nobody's way, and is cleared away.
  clearScratch(dirname(path));
  const scratch = mkdtempSync(join(dirname(path), scratchPrefix));
  const letGo = lockFile(join(scratch, scratchLock));
  try {
    const unfinished = join(scratch, 'backup');
    const { rows, digest } = await writeBackup(options, unfinished);
    const unreadable = await verify(unfinished, digest, wrappingKeys);
    if (existsSync(path)) throw new HospitalError('invalid-file', 'expected a file that is not there yet');
    // First: no copy of everything is to lie anywhere that the log does not tell of.
    await store.audit.record({ kind: 'backup-made', actor, what: { rows, digest } });
    await rename(unfinished, path);
    await syncFolder(dirname(path));
    return { rows, digest, unreadable };
  } finally {
    letGo?.();
    rmSync(scratch, { recursive: true, force: true });
  }
}

const scratchPrefix = '.vitalseal-scratch-';
const scratchLock = 'lock';
/** Within this time its run may not have locked it yet. */
const youngMs = 60_000;

/** What runs that were killed have left: the lock of one that goes on is held. */
function clearScratch(folder: string): void {
  for (const name of readdirSync(folder)) {
    const left = join(folder, name);
    if (!name.startsWith(scratchPrefix) || Date.now() - statSync(left).mtimeMs < youngMs) continue;
    const letGo = lockFile(join(left, scratchLock));
    if (letGo === undefined) continue;
    letGo();
    rmSync(left, { recursive: true, force: true });
  }
}

async function writeBackup(
  { store, hospital, recovery, wrappingKeys, onProgress }: BackupOptions,
  path: string,
): Promise<{ rows: number; digest: string }> {
  const file = await open(path, 'wx', 0o600);
  try {
    const writer = await BackupWriter.begin(file, { hospital, recovery, madeAt: Date.now() }, wrappingKeys);
    let rows = 0;
    const written = async function* (records: AsyncIterable<BackupRecord>) {
      for await (const record of records) {
        await writer.write(encodeRecord(record));
        if (record.kind === 'rows') rows += record.rows.length;
        onProgress?.(rows);
        yield record;
      }
    };
    const digest = await asOfNow(store, (db) => digestOf(written(exportRecords(db, store.kind))));
    await writer.end();
    return { rows, digest };
  } finally {
    await file.close();
  }
}

/** @returns how many values do not open */
async function verify(path: string, digest: string, wrappingKeys: WrappingKeys): Promise<number> {
  const dataDir = join(dirname(path), 'store');
  const store = await openStore({ dataDir, wrappingKeys });
  try {
    await restoreInto(store, path, wrappingKeys);
    if ((await asOfNow(store, (db) => digestOf(exportRecords(db, store.kind)))) !== digest) {
      throw new HospitalError('backup-unverified', 'expected a restored backup to hold what the store held');
    }
  } finally {
    await store.close();
  }
  return countUnreadable(dataDir, wrappingKeys);
}
