/** What goes wrong with a TPM. A response code of its own is carried by name in `rc`. */
export const tpmErrorCodes = ['tpm-unavailable'] as const;

export type TpmErrorCode = (typeof tpmErrorCodes)[number];

export class TpmError extends Error {
  readonly code: TpmErrorCode;

  constructor(code: TpmErrorCode, message: string, options?: ErrorOptions) {
    super(message, options);
    this.name = 'TpmError';
    this.code = code;
  }
}
