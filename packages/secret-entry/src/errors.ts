// Why a secret was not had. The text never holds what was typed, or what is in the file.

/** Each code a `SecretEntryError` may carry; docs/errors.md lists the same. */
export const secretEntryErrorCodes = ['secret-missing', 'secret-mistyped', 'secret-file-exposed'] as const;

export type SecretEntryErrorCode = (typeof secretEntryErrorCodes)[number];

export class SecretEntryError extends Error {
  override readonly name = 'SecretEntryError';
  readonly code: SecretEntryErrorCode;

  constructor(code: SecretEntryErrorCode, message: string, options?: { cause?: unknown }) {
    super(message, options);
    this.code = code;
  }
}
