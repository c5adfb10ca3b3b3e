// The phone's data folder: what a software card keeps, sealed, which hospital administers it, and the authority's word for
// the release that runs here.

import { existsSync, mkdirSync, readFileSync, renameSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Bytes } from '@vitalseal/protocol';
import { administeredBy } from '../administration/administered-by.ts';
import { PatientError } from '../errors.ts';

const attestationFile = 'release.attestation';
const revocationsFile = 'revocations.crl';

/** @throws PatientError `patient-not-enrolled` */
export function expectActivated(folder: string): void {
  if (administeredBy(folder) !== undefined) return;
  throw new PatientError('patient-not-enrolled', 'expected a card in service: run "vitalseal patient activate"');
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
  const path = join(folder, revocationsFile);
  writeFileSync(`${path}.new`, list, { mode: 0o600 });
  renameSync(`${path}.new`, path);
}

export function makeFolder(folder: string): void {
  mkdirSync(folder, { recursive: true, mode: 0o700 });
}
