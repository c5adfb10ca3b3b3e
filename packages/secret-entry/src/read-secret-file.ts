// A secret in a file, for a program that starts without anybody there: the file is its owner's alone.

import { readFileSync, statSync } from 'node:fs';
import { SecretEntryError } from './errors.ts';

const othersMayRead = 0o077;

/** @returns the content without white space around it @throws SecretEntryError `secret-missing`, `secret-file-exposed` */
export function readSecretFile(what: string, file: string): string {
  const { mode, content } = read(what, file);
  if ((mode & othersMayRead) === 0) return content.trim();
  throw new SecretEntryError('secret-file-exposed', `expected a file that only its owner can read: chmod 600 ${file}`);
}

function read(what: string, file: string): { readonly mode: number; readonly content: string } {
  try {
    return { mode: statSync(file).mode, content: readFileSync(file, 'utf8') };
  } catch (cause) {
    throw new SecretEntryError('secret-missing', `expected ${what} in a file that can be read at ${file}`, { cause });
  }
}
