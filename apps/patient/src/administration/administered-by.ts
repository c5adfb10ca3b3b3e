// Which hospital administers the card of this phone's folder: of the activation code that its user gave it.

import { existsSync, readFileSync, renameSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

const hospitalFile = 'hospital.url';

/** Origin of the hospital's listener for devices; undefined for a phone whose card was never activated. */
export function administeredBy(folder: string): string | undefined {
  const path = join(folder, hospitalFile);
  return existsSync(path) ? readFileSync(path, 'utf8').trim() : undefined;
}

export function keepHospital(folder: string, { host, port }: { host: string; port: number }): void {
  const path = join(folder, hospitalFile);
  const origin = new URL(`https://${host.includes(':') ? `[${host}]` : host}:${port}`).origin;
  writeFileSync(`${path}.new`, origin, { mode: 0o600 });
  renameSync(`${path}.new`, path);
}
