// Why a command was refused: a status word for every terminal, and behind it the code, which our own phone asks for by
// GET DATA. A status word alone could not tell a sensor that is not bonded from one whose certificate has run out.

import { CertificateError, certificateErrorCodes } from '@vitalseal/certifying-authority';
import { ProtocolError, protocolErrorCodes } from '@vitalseal/protocol';
import { codec, oneOf, optional, record, text } from '@vitalseal/protocol/fields';
import { statusWords } from '@vitalseal/uicc';
import { SecureElementError, type SecureElementErrorCode, secureElementErrorCodes } from '../errors.ts';

const kinds = ['element', 'protocol', 'certificate'] as const;

interface Code {
  readonly kind: (typeof kinds)[number];
  readonly code: string;
}

export interface Refused extends Code {
  /** What was behind it: of a credential that was refused, why. */
  readonly cause?: Code;
}

const codeFields = { kind: oneOf('a kind of code', kinds), code: text('a code', 64) };

export const refused = codec(
  record<Refused>('a refusal', { ...codeFields, cause: optional(record<Code>('a cause', codeFields)) }),
  256,
);

export function refusedOf(error: unknown): Refused | undefined {
  const own = codeOf(error);
  const cause = error instanceof Error ? codeOf(error.cause) : undefined;
  return own && { ...own, ...(cause && { cause }) };
}

function codeOf(error: unknown): Code | undefined {
  if (error instanceof SecureElementError) return { kind: 'element', code: error.code };
  if (error instanceof ProtocolError) return { kind: 'protocol', code: error.code };
  if (error instanceof CertificateError) return { kind: 'certificate', code: error.code };
  return undefined;
}

/** @returns undefined for a code that no element of ours has */
export function errorOf({ kind, code, cause }: Refused): Error | undefined {
  const message = 'expected a command that the card takes';
  const options = cause && { cause: errorOf(cause) };
  const known = <Code extends string>(codes: readonly Code[]) => codes.find((one) => one === code);
  if (kind === 'element') {
    const its = known(secureElementErrorCodes);
    return its && new SecureElementError(its, message, options);
  }
  if (kind === 'protocol') {
    const its = known(protocolErrorCodes);
    return its && new ProtocolError(its, message, options);
  }
  const its = known(certificateErrorCodes);
  return its && new CertificateError(its, message, options);
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
  'bonds-full': statusWords.notEnoughMemory,
};

export function statusOf({ kind, code }: Refused): number {
  if (kind !== 'element') return statusWords.wrongData;
  return statuses[code as SecureElementErrorCode] ?? statusWords.conditionsNotSatisfied;
}
