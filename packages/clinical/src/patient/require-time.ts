import { ClinicalError } from '../errors.ts';

/** A time that is none would compare as neither late nor future, and so pass for the present. */
export function requireTime(time: number): void {
  if (!Number.isFinite(time)) throw new ClinicalError('reading-time-invalid', 'expected a finite time in ms');
}
