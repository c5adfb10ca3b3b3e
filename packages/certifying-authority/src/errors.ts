// What certificates, enrolment and revocation refuse, each with a stable code (docs/errors.md lists them).

export const certificateErrorCodes = [
  'activation-code-expired',
  'activation-code-refused',
  'activation-code-used',
  'activation-link-malformed',
  'algorithm-refused',
  'attestation-malformed',
  'authority-exists',
  'authority-missing',
  'certificate-unknown',
  'chain-length',
  'critical-extension-unknown',
  'crl-rolled-back',
  'crl-stale',
  'duplicate-extension',
  'est-failed',
  'est-unreachable',
  'evidence-malformed',
  'expired',
  'identity-missing',
  'identity-refused',
  'issuer-mismatch',
  'key-in-use',
  'key-refused',
  'key-usage-refused',
  'leaf-is-authority',
  'malformed',
  'not-an-authority',
  'not-yet-valid',
  'path-length-exceeded',
  'purpose-refused',
  'registration-refused',
  'release-attested',
  'release-changed',
  'release-malformed',
  'release-older',
  'release-other',
  'renewal-refused',
  'request-refused',
  'quote-other-release',
  'quote-refused',
  'quote-stale',
  'revoked',
  'role-refused',
  'root-mismatch',
  'server-name-refused',
  'signature-invalid',
  'store-damaged',
  'too-large',
  'tpm-not-approved',
  'tpm-refused',
  'untrusted',
] as const;

export type CertificateErrorCode = (typeof certificateErrorCodes)[number];

/** A message never holds a key, a code or the identifier of a person: it may reach a log. */
export class CertificateError extends Error {
  override readonly name = 'CertificateError';
  readonly code: CertificateErrorCode;

  constructor(code: CertificateErrorCode, message: string, options?: { cause?: unknown }) {
    super(message, options);
    this.code = code;
  }
}
