// Addresses of phones that have proved to be the patient's, beside the keys of the radio's bonds: a sensor that was switched
// off lets them in first again. An address proves nothing, and the file holds nothing else.

import { mkdirSync, readFileSync, renameSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { Doorkeeper } from '@vitalseal/ble';

const file = 'phones.json';
const mostRead = 16;
const longest = 64;

export function doorOf(bondFolder: string): Doorkeeper {
  const path = join(bondFolder, file);
  return new Doorkeeper({
    known: read(path),
    learned(known) {
      try {
        mkdirSync(bondFolder, { recursive: true, mode: 0o700 });
        writeFileSync(`${path}.new`, JSON.stringify(known), { mode: 0o600 });
        renameSync(`${path}.new`, path);
      } catch {
        // A full disk is no reason to let the phone go that has just proved.
      }
    },
  });
}

function read(path: string): string[] {
  try {
    const known: unknown = JSON.parse(readFileSync(path, 'utf8'));
    if (!Array.isArray(known)) return [];
    return known.filter((id): id is string => typeof id === 'string' && id.length <= longest).slice(-mostRead);
  } catch {
    // Not there yet, or cut by a power loss.
    return [];
  }
}
