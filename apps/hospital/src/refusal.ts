/** The stable code of a refusal, whichever package it came from. */
import { CertificateError } from '@vitalseal/certifying-authority';
import { ClinicalError } from '@vitalseal/clinical';
import { ProtocolError } from '@vitalseal/protocol';
import { UiccError } from '@vitalseal/uicc';
import { HospitalError } from './errors.ts';

/** Undefined for what is not a refusal but a fault of ours. */
export function codeOf(error: unknown): string | undefined {
  const refusals = [ProtocolError, CertificateError, ClinicalError, HospitalError, UiccError];
  for (const refusal of refusals) if (error instanceof refusal) return error.code;
  return undefined;
}

/** As `codeOf`; a fault of ours goes on. */
export function refusalOf(error: unknown): string {
  const code = codeOf(error);
  if (code === undefined) throw error;
  return code;
}
