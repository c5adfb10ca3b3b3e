// Every refusal of the patient's phone. No message holds a key, a person's identifier or a reading.

import { ProtocolError } from '@vitalseal/protocol';

/** Each code a `PatientError` may carry; docs/errors.md lists the same. */
export const patientErrorCodes = [
  'patient-not-enrolled',
  'patient-option-invalid',
  'patient-value-missing',
  'patient-control-failed',
  'release-not-attested',
  'release-changed',
  'access-denied',
  'card-gone',
  'card-faulty',
  'card-pin-refused',
  'card-pin-blocked',
  'card-activated',
  'administration-unfinished',
  'hospital-unreachable',
] as const;

export type PatientErrorCode = (typeof patientErrorCodes)[number];

export class PatientError extends Error {
  override readonly name = 'PatientError';
  readonly code: PatientErrorCode;

  constructor(code: PatientErrorCode, message: string, options?: { cause?: unknown }) {
    super(message, options);
    this.code = code;
  }
}

/** Whether a person has to act before another attempt makes sense: a PIN that was refused once is not tried again. */
export function needsAPerson(error: unknown): boolean {
  return error instanceof PatientError && (error.code.startsWith('card-pin-') || error.code === 'access-denied');
}

/** The stable code of any refusal, for what is said to the patient: that of its cause where a credential was refused. */
export function codeOf(error: unknown): string {
  if (error instanceof ProtocolError && error.code === 'credential-refused' && error.cause) return codeOf(error.cause);
  const code = error instanceof Error ? (error as { code?: unknown }).code : undefined;
  return typeof code === 'string' ? code : 'unexpected';
}
