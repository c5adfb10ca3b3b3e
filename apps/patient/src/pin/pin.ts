// The patient's password for the MHA, as a card knows it: four to eight digits.

import { PatientError } from '../errors.ts';

/** @throws PatientError `patient-option-invalid` */
export function expectPin(text: string): string {
  if (/^\d{4,8}$/.test(text)) return text;
  throw new PatientError('patient-option-invalid', 'expected a PIN of four to eight digits');
}
