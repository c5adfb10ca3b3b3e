/** What goes wrong with a TPM. A response code of the TPM itself is carried by its name of Part 2 in `rc`. */
export const tpmErrorCodes = [
  'tpm-address-malformed',
  'tpm-blob-malformed',
  'tpm-busy',
  'tpm-credential-refused',
  'tpm-hmac-mismatch',
  'tpm-key-refused',
  'tpm-measured-otherwise',
  'tpm-primary-changed',
  'tpm-quote-other-release',
  'tpm-quote-refused',
  'tpm-quote-stale',
  'tpm-refused',
  'tpm-response-malformed',
  'tpm-timeout',
  'tpm-unavailable',
] as const;

export type TpmErrorCode = (typeof tpmErrorCodes)[number];

export interface TpmErrorOptions extends ErrorOptions {
  /** The TPM's own answer by name, such as `TPM_RC_LOCKOUT`; with `tpm-refused`. */
  readonly rc?: string;
}

/** A message never holds an authorization value, a secret or a key. */
export class TpmError extends Error {
  override readonly name = 'TpmError';
  readonly code: TpmErrorCode;
  readonly rc: string | undefined;

  constructor(code: TpmErrorCode, message: string, options?: TpmErrorOptions) {
    super(message, options);
    this.code = code;
    this.rc = options?.rc;
  }
}

export function malformed(message: string): TpmError {
  return new TpmError('tpm-response-malformed', message);
}
