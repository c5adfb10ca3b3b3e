// Up to where a glucose meter's memory was read, in the phone's folder: lost, it is read from its beginning, and the hospital
// has those readings twice. It says no value and no time.

import { readFileSync, renameSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { GlucoseProgress, StandardSensorOptions } from '@vitalseal/ble';

const file = 'glucose-meters.json';

export function glucoseProgress(folder: string): NonNullable<StandardSensorOptions['progress']> {
  const path = join(folder, file);
  const all = read(path);
  return {
    read: async (device) => all.get(device),
    async write(device, progress) {
      all.set(device, progress);
      writeFileSync(`${path}.new`, JSON.stringify([...all]), { mode: 0o600 });
      renameSync(`${path}.new`, path);
    },
  };
}

function read(path: string): Map<string, GlucoseProgress> {
  try {
    return new Map(checked(JSON.parse(readFileSync(path, 'utf8'))));
  } catch {
    // Not there yet, or cut by a power loss.
    return new Map();
  }
}

function checked(value: unknown): [string, GlucoseProgress][] {
  if (!Array.isArray(value)) return [];
  return value.filter(
    (entry): entry is [string, GlucoseProgress] =>
      Array.isArray(entry) &&
      typeof entry[0] === 'string' &&
      typeof entry[1]?.sequence === 'number' &&
      typeof entry[1]?.check === 'number',
  );
}
