/**
 * A lock on a file that is the operating system's, by way of SQLite: it goes with the process that held it, however that
 * ended, and no number of a process that has died can be taken for that of another.
 */
import { DatabaseSync } from 'node:sqlite';

/** @returns what lets go of it; undefined while somebody else holds it */
export function lockFile(path: string): (() => void) | undefined {
  const lock = new DatabaseSync(path, { timeout: 0 });
  try {
    lock.exec('BEGIN EXCLUSIVE');
  } catch {
    lock.close();
    return undefined;
  }
  return () => lock.close();
}
