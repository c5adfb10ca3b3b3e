// What a patient says to the hospital beside readings, in the codes it is said by.

import { mdc, type Reading, sourceOf } from '@vitalseal/protocol';

const codes: ReadonlySet<number> = new Set([mdc.helpRequested, mdc.readingsShared, mdc.placeShared, mdc.phonePutBack]);

export function isSaidByPatient(reading: Reading): boolean {
  return sourceOf(reading) === 'entered' && reading.measurements.every(({ code }) => codes.has(code));
}
