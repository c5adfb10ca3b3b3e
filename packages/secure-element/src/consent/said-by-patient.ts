// What a patient says to the hospital beside readings, in the codes it is said by.

import { type Reading, saidCodes, sourceOf } from '@vitalseal/protocol';

export function isSaidByPatient(reading: Reading): boolean {
  return sourceOf(reading) === 'entered' && reading.measurements.every(({ code }) => saidCodes.has(code));
}
