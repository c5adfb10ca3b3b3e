/** The hospital's data folder: its keys and certificates as files that only their owner reads. The store lies beside them. */
import { existsSync, mkdirSync, readFileSync, renameSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { decodePem, encodePem, importPrivateKey } from '@vitalseal/certifying-authority';
import { type Bytes, parseIdentity } from '@vitalseal/protocol';
import { HospitalError } from '../errors.ts';
import type { HospitalKeys } from './hospital-keys.ts';

export const hospitalFiles = {
  particulars: 'hospital.json',
  key: 'hospital-key.pem',
  chain: 'hospital-chain.pem',
  tlsKey: 'tls-key.pem',
  tlsChain: 'tls-chain.pem',
  root: 'root.pem',
} as const;

export interface Particulars {
  /** `urn:vitalseal:hospital:<id>` */
  readonly identity: string;
  readonly authorityUrl: string;
  /** Names and addresses that devices and pages reach it by. */
  readonly serverNames: readonly string[];
}

export function makeFolder(dataDir: string): void {
  mkdirSync(dataDir, { recursive: true, mode: 0o700 });
}

/** Whole or not at all, for its owner alone. */
export function writePrivately(dataDir: string, name: string, text: string): void {
  const path = join(dataDir, name);
  writeFileSync(`${path}.new`, text, { mode: 0o600, flush: true });
  renameSync(`${path}.new`, path);
}

export function readText(dataDir: string, name: string): string | undefined {
  const path = join(dataDir, name);
  return existsSync(path) ? readFileSync(path, 'utf8') : undefined;
}

export function certificatesPem(chain: readonly Bytes[]): string {
  return chain.map((certificate) => encodePem('CERTIFICATE', certificate)).join('');
}

/** @throws HospitalError `not-initialised` */
export function readParticulars(dataDir: string): Particulars {
  const { identity, authorityUrl, serverNames } = JSON.parse(
    required(dataDir, hospitalFiles.particulars),
  ) as Particulars;
  return { identity, authorityUrl, serverNames };
}

/** @throws HospitalError `not-initialised` */
export async function readHospitalKeys(dataDir: string): Promise<HospitalKeys & { readonly authorityUrl: string }> {
  const { identity, authorityUrl } = readParticulars(dataDir);
  const [key] = decodePem('PRIVATE KEY', required(dataDir, hospitalFiles.key));
  if (key === undefined) throw notInitialised();
  return {
    identity: parseIdentity(identity),
    chain: decodePem('CERTIFICATE', required(dataDir, hospitalFiles.chain)),
    // Out of here once more, as PEM, where it is to prove the hospital to the authority in TLS.
    privateKey: await importPrivateKey(key, { extractable: true }),
    anchors: decodePem('CERTIFICATE', required(dataDir, hospitalFiles.root)),
    tls: { key: required(dataDir, hospitalFiles.tlsKey), cert: required(dataDir, hospitalFiles.tlsChain) },
    authorityUrl,
  };
}

function required(dataDir: string, name: string): string {
  const text = readText(dataDir, name);
  if (text === undefined) throw notInitialised();
  return text;
}

function notInitialised(): HospitalError {
  return new HospitalError('not-initialised', 'expected a data folder that `vitalseal hospital init` has made');
}
