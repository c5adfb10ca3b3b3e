// A card that has just been reset knows nobody: the MHA is selected, the PIN verified, the hospital's address told.

import { SecureElementError } from '@vitalseal/secure-element';
import { type HospitalAddress, MhaClient, PinRefused } from '@vitalseal/secure-element/terminal';
import type { Transmit } from '@vitalseal/uicc';
import { PatientError } from '../errors.ts';

export interface Presented {
  readonly pin: string;
  /** Whether a card that has no PIN yet gets this one. */
  readonly isFirst?: boolean;
  readonly hospital?: HospitalAddress | undefined;
}

/** @throws PatientError `card-pin-refused`, `card-pin-blocked` @throws SecureElementError, UiccError */
export async function takeIntoService(transmit: Transmit, { pin, isFirst, hospital }: Presented): Promise<void> {
  const mha = new MhaClient({ run: (use) => use(transmit) });
  await mha.select();
  await verify(mha, pin, isFirst ?? false);
  if (hospital) await mha.putHospitalAddress(hospital);
}

async function verify(mha: MhaClient, pin: string, isFirst: boolean): Promise<void> {
  try {
    await mha.verify(pin);
  } catch (error) {
    if (isFirst && codeIs(error, 'pin-not-set')) return mha.setFirstPin(pin);
    throw forAPerson(error);
  }
}

function forAPerson(error: unknown): unknown {
  if (error instanceof PinRefused) {
    const tries = error.triesLeft === 1 ? 'one try is left' : `${error.triesLeft} tries are left`;
    return new PatientError('card-pin-refused', `expected the PIN of this card; ${tries}`, { cause: error });
  }
  if (codeIs(error, 'pin-blocked')) {
    const expected = 'expected a card that is not blocked: unblock it with its unblocking code, or ask the hospital to';
    return new PatientError('card-pin-blocked', expected, { cause: error });
  }
  return error;
}

function codeIs(error: unknown, code: SecureElementError['code']): boolean {
  return error instanceof SecureElementError && error.code === code;
}
