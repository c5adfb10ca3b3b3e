// The status word that a command of a script ends in when it was refused, or failed.

import { CertificateError } from '@vitalseal/certifying-authority';
import { ProtocolError } from '@vitalseal/protocol';
import { statusWords, UiccError } from '@vitalseal/uicc';
import { RefusedCommand } from '../card/index.ts';
import { SecureElementError } from '../errors.ts';

export function statusOfRefusal(error: unknown): number {
  if (error instanceof RefusedCommand) return error.status;
  if (error instanceof UiccError || error instanceof CertificateError || error instanceof ProtocolError) {
    return statusWords.wrongData;
  }
  return error instanceof SecureElementError ? statusOfElement(error) : statusWords.unknownError;
}

function statusOfElement({ code }: SecureElementError): number {
  if (code === 'storage-full') return statusWords.notEnoughMemory;
  if (code.startsWith('storage-')) return statusWords.memoryFailure;
  if (code === 'element-locked') return statusWords.securityStatusNotSatisfied;
  return code === 'certificate-mismatch' ? statusWords.wrongData : statusWords.conditionsNotSatisfied;
}
