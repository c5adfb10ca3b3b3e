// Why a command was refused: a status word for every terminal, and behind it the code, which our own phone asks for by
// GET DATA. A status word alone could not tell a sensor that is not bonded from one whose certificate has run out.

import { CertificateError, certificateErrorCodes } from '@vitalseal/certifying-authority';
import { ProtocolError, protocolErrorCodes } from '@vitalseal/protocol';
import { codec, oneOf, record, text } from '@vitalseal/protocol/fields';
import { statusWords } from '@vitalseal/uicc';
import { SecureElementError, type SecureElementErrorCode, secureElementErrorCodes } from '../errors.ts';

const kinds = ['element', 'protocol', 'certificate'] as const;

export interface Refused {
  readonly kind: (typeof kinds)[number];
  readonly code: string;
}

export const refused = codec<Refused>(
  record('a refusal', { kind: oneOf('a kind of code', kinds), code: text('a code', 64) }),
  128,
);

export function refusedOf(error: unknown): Refused | undefined {
  if (error instanceof SecureElementError) return { kind: 'element', code: error.code };
  if (error instanceof ProtocolError) return { kind: 'protocol', code: error.code };
  if (error instanceof CertificateError) return { kind: 'certificate', code: error.code };
  return undefined;
}

/** @returns undefined for a code that no element of ours has */
export function errorOf({ kind, code }: Refused): Error | undefined {
  const message = 'expected a command that the card takes';
  const known = <Code extends string>(codes: readonly Code[]) => codes.find((one) => one === code);
  if (kind === 'element') {
    const its = known(secureElementErrorCodes);
    return its && new SecureElementError(its, message);
  }
  if (kind === 'protocol') {
    const its = known(protocolErrorCodes);
    return its && new ProtocolError(its, message);
  }
  const its = known(certificateErrorCodes);
  return its && new CertificateError(its, message);
}

const statuses: { readonly [code in SecureElementErrorCode]?: number } = {
  'element-locked': statusWords.securityStatusNotSatisfied,
  'answer-malformed': statusWords.wrongData,
  'acknowledgement-not-ours': statusWords.wrongData,
  'acknowledgement-replayed': statusWords.wrongData,
  'certificate-mismatch': statusWords.wrongData,
  'measurement-missing': statusWords.wrongData,
  'command-too-large': statusWords.wrongLength,
  'outbox-full': statusWords.notEnoughMemory,
};

export function statusOf({ kind, code }: Refused): number {
  if (kind !== 'element') return statusWords.wrongData;
  return statuses[code as SecureElementErrorCode] ?? statusWords.conditionsNotSatisfied;
}
