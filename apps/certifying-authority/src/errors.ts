// Mistakes in options and files of `vitalseal ca`, each with a code; what the authority itself refuses is CertificateError.

export const certifyingAuthorityAppErrorCodes = ['data-exposed', 'data-unusable', 'option-invalid'] as const;

export type CertifyingAuthorityAppErrorCode = (typeof certifyingAuthorityAppErrorCodes)[number];

export class CertifyingAuthorityAppError extends Error {
  override readonly name = 'CertifyingAuthorityAppError';
  readonly code: CertifyingAuthorityAppErrorCode;

  constructor(code: CertifyingAuthorityAppErrorCode, message: string, options?: { cause?: unknown }) {
    super(message, options);
    this.code = code;
  }
}
