// The PIN in a file, for a phone that starts without anybody there: the file is its owner's alone.

import { readFileSync, statSync } from 'node:fs';
import { PatientError } from '../errors.ts';
import { expectPin } from './pin.ts';

const othersMayRead = 0o077;

/** @throws PatientError `card-pin-missing`, `pin-file-exposed`, `patient-option-invalid` */
export function readPinFile(path: string): string {
  const { mode, content } = readFile(path);
  if ((mode & othersMayRead) !== 0) {
    throw new PatientError('pin-file-exposed', `expected a PIN file that only its owner can read: chmod 600 ${path}`);
  }
  return expectPin(content.trim());
}

function readFile(path: string): { readonly mode: number; readonly content: string } {
  try {
    return { mode: statSync(path).mode, content: readFileSync(path, 'utf8') };
  } catch (cause) {
    throw new PatientError('card-pin-missing', `expected the PIN in a file that can be read at ${path}`, { cause });
  }
}
