/** The stable code of a refusal, whichever package it came from. */
import { CertificateError } from '@vitalseal/certifying-authority';
import { ProtocolError } from '@vitalseal/protocol';
import { HospitalError } from './errors.ts';

/** Undefined for what is not a refusal but a fault of ours. */
export function codeOf(error: unknown): string | undefined {
  if (error instanceof ProtocolError || error instanceof CertificateError || error instanceof HospitalError) {
    return error.code;
  }
  return undefined;
}
