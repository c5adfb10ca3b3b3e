// The patient's password for the MHA, as a card knows it: four to eight digits, typed or from a file.

import { enterNewSecret, enterSecret, readSecretFile } from '@vitalseal/secret-entry';
import { PatientError } from '../errors.ts';

const what = 'the PIN of the card';
const option = '--pin-file';

/** @param file where it stands, in place of asking @throws SecretEntryError @throws PatientError `patient-option-invalid` */
export async function enterPin(file: string | undefined): Promise<string> {
  return expectPin(await enterSecret(what, { file, option }));
}

/** Of a fresh card, or the card's own: it will be needed again, so it is asked for twice. @throws as `enterPin` does */
export async function enterNewPin(file: string | undefined): Promise<string> {
  return expectPin(await enterNewSecret('PIN for this card, four to eight digits', { file, option }));
}

/** @throws SecretEntryError `secret-missing`, `secret-file-exposed` @throws PatientError `patient-option-invalid` */
export function readPinFile(file: string): string {
  return expectPin(readSecretFile(what, file));
}

function expectPin(text: string): string {
  if (/^\d{4,8}$/.test(text)) return text;
  throw new PatientError('patient-option-invalid', 'expected a PIN of four to eight digits');
}
