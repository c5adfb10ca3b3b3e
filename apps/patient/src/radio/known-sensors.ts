// Addresses of sensors that have proved to be the patient's, in the phone's folder: after a restart they are connected to
// before whatever else is on the air. An address proves nothing, and the file holds nothing else.

import { readFileSync, renameSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

export interface KnownSensors {
  all(): Iterable<string>;
  has(id: string): boolean;
  add(id: string): void;
}

const file = 'sensors-on-the-radio.json';
const mostKnown = 32;
const longest = 64;

export function knownSensors(folder?: string): KnownSensors {
  const path = folder === undefined ? undefined : join(folder, file);
  const known = new Set(path === undefined ? [] : read(path));
  return {
    all: () => known,
    has: (id) => known.has(id),
    add(id) {
      const isNew = !known.delete(id);
      known.add(id);
      const [oldest] = known;
      if (known.size > mostKnown && oldest !== undefined) known.delete(oldest);
      if (isNew && path !== undefined) write(path, [...known]);
    },
  };
}

function write(path: string, known: readonly string[]): void {
  try {
    writeFileSync(`${path}.new`, JSON.stringify(known), { mode: 0o600 });
    renameSync(`${path}.new`, path);
  } catch {
    // A full disk is no reason to let the sensor go that has just proved.
  }
}

function read(path: string): string[] {
  try {
    const known: unknown = JSON.parse(readFileSync(path, 'utf8'));
    if (!Array.isArray(known)) return [];
    return known.filter((id): id is string => typeof id === 'string' && id.length <= longest).slice(-mostKnown);
  } catch {
    // Not there yet, or cut by a power loss.
    return [];
  }
}
