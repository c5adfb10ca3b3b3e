// Whether the terminal did what it was asked (ETSI TS 102 223, 8.12: results 00 to 0F are performed, with remarks).

import { isPerformed as isPerformedResult, type TerminalResponse } from '@vitalseal/uicc';
import { SecureElementError } from '../errors.ts';

export function isPerformed({ result }: TerminalResponse): boolean {
  return isPerformedResult(result.general);
}

/** @throws SecureElementError `terminal-refused` */
export function expectPerformed(response: TerminalResponse): TerminalResponse {
  if (isPerformed(response)) return response;
  const result = response.result.general.toString(16).padStart(2, '0');
  throw new SecureElementError(
    'terminal-refused',
    `expected the terminal to do what the card asks, not result ${result}`,
  );
}
