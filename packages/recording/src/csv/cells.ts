// Single cells. A blank is a missing value, and so is what statistics programs write for one: nan, na, null, inf.

import type { RecordingPlace } from '../errors.ts';
import { RecordingError } from '../errors.ts';
import type { ConsciousnessLetter } from './row.ts';
import { consciousnessLetters } from './row.ts';

const missing = /^(?:nan|na|n\/a|null|none|[+-]?inf(?:inity)?)?$/i;
/** Decimal digits only: `Number` alone would take 0x10, '' and white space for numbers. */
const decimal = /^[+-]?(?:\d+\.?\d*|\.\d+)(?:e[+-]?\d{1,3})?$/i;
/** Year 5000 in seconds, and far from where milliseconds lose whole numbers. */
const mostSeconds = 1e11;

export function isMissing(cell: string): boolean {
  return missing.test(cell);
}

export function readNumberCell(cell: string, place: RecordingPlace): number | undefined {
  if (isMissing(cell)) return undefined;
  const value = decimal.test(cell) ? Number(cell) : Number.NaN;
  if (!Number.isFinite(value))
    throw new RecordingError('recording-not-a-number', 'expected a decimal number or a blank', place);
  return value;
}

export function readTimeCell(cell: string, seconds: number, place: RecordingPlace): number {
  const value = readNumberCell(cell, place);
  if (value === undefined) throw new RecordingError('recording-time-invalid', 'expected a time, not a blank', place);
  const timeS = value * seconds;
  if (Math.abs(timeS) > mostSeconds) {
    throw new RecordingError('recording-time-invalid', `expected at most ${mostSeconds} seconds from zero`, place);
  }
  return timeS;
}

export function readOxygenCell(cell: string, place: RecordingPlace): 0 | 1 | undefined {
  if (isMissing(cell)) return undefined;
  // 0.0 and 1.0 are what a program writes that made the column decimal because of its blanks.
  const value = decimal.test(cell) ? Number(cell) : Number.NaN;
  if (value !== 0 && value !== 1)
    throw new RecordingError('recording-not-oxygen', 'expected 0 (air), 1 (oxygen) or a blank', place);
  return value === 0 ? 0 : 1;
}

export function readConsciousnessCell(cell: string, place: RecordingPlace): ConsciousnessLetter | undefined {
  if (isMissing(cell)) return undefined;
  const letter = consciousnessLetters.find((each) => each === cell.toUpperCase());
  if (letter === undefined)
    throw new RecordingError('recording-not-consciousness', 'expected A, C, V, P, U or a blank', place);
  return letter;
}

export function readPatientCell(cell: string, place: RecordingPlace): string {
  // A row of nobody cannot be given to somebody.
  if (cell === '' || cell.length > 256) {
    throw new RecordingError('recording-not-a-patient', 'expected a patient of 1 to 256 characters', place);
  }
  return cell;
}
