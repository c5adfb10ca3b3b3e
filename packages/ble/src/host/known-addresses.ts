// Addresses of those at the other end who have proved who they are, in a file, so that they come first again after a restart.
// An address proves nothing, and the file holds nothing else.

import { mkdirSync, readFileSync, renameSync, writeFileSync } from 'node:fs';
import { dirname } from 'node:path';

const longest = 64;

/** The newest `most` of them, the oldest first; none where there is no file, or one that a power loss has cut. */
export function readKnownAddresses(path: string, most: number): string[] {
  try {
    const known: unknown = JSON.parse(readFileSync(path, 'utf8'));
    if (!Array.isArray(known)) return [];
    return known.filter((id): id is string => typeof id === 'string' && id.length <= longest).slice(-most);
  } catch {
    return [];
  }
}

/** A full disk is no reason to let somebody go who has just proved: then nothing is kept. */
export function keepKnownAddresses(path: string, known: readonly string[]): void {
  try {
    mkdirSync(dirname(path), { recursive: true, mode: 0o700 });
    writeFileSync(`${path}.new`, JSON.stringify(known), { mode: 0o600 });
    renameSync(`${path}.new`, path);
  } catch {}
}
