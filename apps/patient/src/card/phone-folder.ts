// The phone's data folder: what a software card keeps, sealed, and where the certifying authority is.

import { existsSync, mkdirSync, readFileSync, renameSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { PatientError } from '../errors.ts';

const authorityFile = 'authority.url';

/** @throws PatientError `patient-not-enrolled` */
export function expectEnrolled(folder: string): void {
  if (existsSync(join(folder, authorityFile))) return;
  throw new PatientError('patient-not-enrolled', 'expected a phone that was enrolled: run "vitalseal patient enrol"');
}

/** Origin of the authority the patient was enrolled with, if that is known. */
export function authorityOf(folder: string): string | undefined {
  const path = join(folder, authorityFile);
  return existsSync(path) ? readFileSync(path, 'utf8').trim() : undefined;
}

/** @param url of the authority */
export function keepAuthority(folder: string, url: string): void {
  const path = join(folder, authorityFile);
  writeFileSync(`${path}.new`, new URL(url).origin, { mode: 0o600 });
  renameSync(`${path}.new`, path);
}

export function makeFolder(folder: string): void {
  mkdirSync(folder, { recursive: true, mode: 0o700 });
}
