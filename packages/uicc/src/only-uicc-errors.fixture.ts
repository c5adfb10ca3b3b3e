// What a decoder may do with bytes from outside: read them, or refuse them with a code.

import { UiccError, uiccErrorCodes } from './errors.ts';

/** @throws the error that a decoder should not have thrown */
export function onlyUiccErrors(decode: () => unknown): void {
  try {
    decode();
  } catch (error) {
    if (!(error instanceof UiccError) || !uiccErrorCodes.includes(error.code)) throw error;
  }
}
