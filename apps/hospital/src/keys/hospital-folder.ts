/** The hospital's data folder: what it keeps of its keys, and its certificates, as files that only their owner reads. The store lies beside them. */
import {
  closeSync,
  existsSync,
  fsyncSync,
  mkdirSync,
  openSync,
  readFileSync,
  renameSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';
import { encodePem } from '@vitalseal/certifying-authority';
import type { Bytes } from '@vitalseal/protocol';
import { HospitalError } from '../errors.ts';
import { type KeyPlace, parseKeyPlace } from './key-place.ts';

export const hospitalFiles = {
  particulars: 'hospital.json',
  chain: 'hospital-chain.pem',
  root: 'root.pem',
} as const;

export interface Particulars {
  /** `urn:vitalseal:hospital:<id>` */
  readonly identity: string;
  readonly authorityUrl: string;
  /** Names and addresses that devices and pages reach it by. */
  readonly serverNames: readonly string[];
  readonly keys: KeyPlace;
}

export function makeFolder(dataDir: string): void {
  mkdirSync(dataDir, { recursive: true, mode: 0o700 });
}

/** Whole or not at all, for its owner alone. */
export function writePrivately(dataDir: string, name: string, text: string): void {
  const path = join(dataDir, name);
  // A file that is there already would keep the permissions that it has.
  rmSync(`${path}.new`, { force: true });
  writeFileSync(`${path}.new`, text, { mode: 0o600, flush: true });
  renameSync(`${path}.new`, path);
  // A database on another disk may be durable sooner than the new name: it would be sealed under a key that was lost.
  const folder = openSync(dataDir, 'r');
  fsyncSync(folder);
  closeSync(folder);
}

export function readText(dataDir: string, name: string): string | undefined {
  const path = join(dataDir, name);
  return existsSync(path) ? readFileSync(path, 'utf8') : undefined;
}

export function certificatesPem(chain: readonly Bytes[]): string {
  return chain.map((certificate) => encodePem('CERTIFICATE', certificate)).join('');
}

/** @throws HospitalError `not-initialised`, `keys-unsaid` */
export function readParticulars(dataDir: string): Particulars {
  const text = requiredText(dataDir, hospitalFiles.particulars);
  const { identity, authorityUrl, serverNames, keys } = JSON.parse(text) as Particulars;
  return { identity, authorityUrl, serverNames, keys: parseKeyPlace(keys) };
}

export function writeParticulars(dataDir: string, particulars: Particulars): void {
  writePrivately(dataDir, hospitalFiles.particulars, `${JSON.stringify(particulars, null, 2)}\n`);
}

/** @throws HospitalError `not-initialised` */
export function requiredText(dataDir: string, name: string): string {
  const text = readText(dataDir, name);
  if (text !== undefined) return text;
  throw new HospitalError('not-initialised', 'expected a data folder that `vitalseal hospital init` has made');
}
