/**
 * A lock on a file that is the operating system's, by way of SQLite: it goes with the process that held it, however that
 * ended, and no number of a process that has died can be taken for that of another.
 */
import { closeSync, openSync } from 'node:fs';
import { DatabaseSync } from 'node:sqlite';

/** @returns what lets go of it; undefined while somebody else holds it */
export function lockFile(path: string): (() => void) | undefined {
  // For its owner alone: whoever may read it could hold it.
  closeSync(openSync(path, 'a', 0o600));
  const lock = new DatabaseSync(path, { timeout: 0 });
  try {
    lock.exec('BEGIN EXCLUSIVE');
  } catch {
    lock.close();
    return undefined;
  }
  return () => lock.close();
}

const pauseMs = 25;

/** As above, as soon as it is free. @returns undefined if it is not in time */
export async function lockFileWithin(path: string, patienceMs: number): Promise<(() => void) | undefined> {
  const until = performance.now() + patienceMs;
  for (;;) {
    const letGo = lockFile(path);
    if (letGo !== undefined || performance.now() > until) return letGo;
    await new Promise((resolve) => setTimeout(resolve, pauseMs));
  }
}
