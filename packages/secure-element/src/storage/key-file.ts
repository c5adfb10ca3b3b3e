// The local key of a device that has no PIN yet: 32 random bytes in a file only its owner reads. It protects a store
// that is copied without the folder; against who has the folder, the PIN of the card comes in front of it.

import {
  closeSync,
  existsSync,
  fsyncSync,
  linkSync,
  mkdirSync,
  openSync,
  readFileSync,
  unlinkSync,
  writeSync,
} from 'node:fs';
import { dirname } from 'node:path';
import { type Bytes, randomBytes } from '@vitalseal/protocol';
import { SecureElementError } from '../errors.ts';

const keyLength = 32;

/** Reads the key, or makes it on first use: whole or not at all, and never a second one over the first. */
export function localKeyFile(path: string): Bytes {
  if (!existsSync(path)) make(path);
  const key = new Uint8Array(readFileSync(path));
  if (key.length !== keyLength) throw new SecureElementError('storage-malformed', 'expected a key file of 32 bytes');
  return key;
}

function make(path: string): void {
  const folder = dirname(path);
  mkdirSync(folder, { recursive: true, mode: 0o700 });
  const draft = `${path}.${process.pid}`;
  const file = openSync(draft, 'w', 0o600);
  try {
    writeSync(file, randomBytes(keyLength));
    fsyncSync(file);
  } finally {
    closeSync(file);
  }
  try {
    linkSync(draft, path);
  } catch (error) {
    if ((error as { code?: unknown }).code !== 'EEXIST') throw error;
  } finally {
    unlinkSync(draft);
  }
  const opened = openSync(folder, 'r');
  try {
    fsyncSync(opened);
  } finally {
    closeSync(opened);
  }
}
