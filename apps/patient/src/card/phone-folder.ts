// The phone's data folder: what a software card keeps, sealed, where the certifying authority is, and its word for the
// release that runs here.

import { existsSync, mkdirSync, readFileSync, renameSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Bytes } from '@vitalseal/protocol';
import { administeredBy } from '../administration/administered-by.ts';
import { PatientError } from '../errors.ts';

const authorityFile = 'authority.url';
const attestationFile = 'release.attestation';
const revocationsFile = 'revocations.crl';

/** @throws PatientError `patient-not-enrolled` */
export function expectEnrolled(folder: string): void {
  if (existsSync(join(folder, authorityFile)) || administeredBy(folder) !== undefined) return;
  const expected = 'expected a phone that was enrolled: run "vitalseal patient enrol" or "vitalseal patient activate"';
  throw new PatientError('patient-not-enrolled', expected);
}

/** Origin of the authority the patient was enrolled with, if that is known. */
export function authorityOf(folder: string): string | undefined {
  const path = join(folder, authorityFile);
  return existsSync(path) ? readFileSync(path, 'utf8').trim() : undefined;
}

/** The word of the authority for the release that this phone runs, if it was put there. */
export function attestationOf(folder: string): string | undefined {
  const path = join(folder, attestationFile);
  return existsSync(path) ? path : undefined;
}

/** The newest revocation list that the card has taken, DER. */
export function revocationsOf(folder: string): Bytes | undefined {
  const path = join(folder, revocationsFile);
  return existsSync(path) ? new Uint8Array(readFileSync(path)) : undefined;
}

export function keepRevocations(folder: string, list: Bytes): void {
  keep(join(folder, revocationsFile), list);
}

/** @param url of the authority */
export function keepAuthority(folder: string, url: string): void {
  keep(join(folder, authorityFile), new URL(url).origin);
}

function keep(path: string, content: string | Bytes): void {
  writeFileSync(`${path}.new`, content, { mode: 0o600 });
  renameSync(`${path}.new`, path);
}

export function makeFolder(folder: string): void {
  mkdirSync(folder, { recursive: true, mode: 0o700 });
}
