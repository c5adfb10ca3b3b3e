/** Every way the hospital refuses, as stable codes. Messages never hold a key, a token, a person's identifier or a reading. */
export const hospitalErrorCodes = [
  // what a record or a request may be refused with
  'malformed-request',
  'wrong-hop',
  'unknown-patient',
  'unstorable',
  'certificate-revoked',
  'unknown-handshake',
  'not-admitted',
  'rate-limited',
  'body-too-large',
  'unknown-alarm',
  'unknown-dispatch',
  'not-permitted',
  'no-stream',
  'too-many-feeds',
  'unknown-card',
  'card-terminated',
  'card-busy',
  'card-not-authenticated',
  // what people are refused when they sign in, and for their session
  'passkeys-off',
  'ceremony-unknown',
  'passkey-refused',
  'passkey-cloned',
  'sign-in-malformed',
  'role-not-served',
  'invitation-refused',
  'invitation-expired',
  'invitation-used',
  'session-locked',
  'step-up-required',
  'patient-ambiguous',
  'reason-missing',
  'unknown-person',
  'unknown-session',
  'unknown-passkey',
  'identity-retired',
  'last-administrator',
  // what the hospital itself may fail with
  'no-staff-registration',
  'wrapping-key-unknown',
  'data-key-missing',
  'sealed-value-refused',
  'store-replaced',
  'patient-under-care',
  'not-confirmed',
  'backup-malformed',
  'backup-foreign',
  'backup-unverified',
  'store-not-empty',
  'audit-log-damaged',
  'audit-entry-unknown',
  'clock-doubted',
  'store-unavailable',
  'store-newer',
  'authority-unreachable',
  'authority-unknown',
  'no-registration-authority',
  'keys-unavailable',
  'keys-busy',
  'keys-damaged',
  'keys-other-release',
  'keys-unsaid',
  'not-attestable',
  'recovery-refused',
  'not-initialised',
  'already-initialised',
  'already-running',
  'insecure-listener',
  'invalid-option',
  'invalid-file',
] as const;

export type HospitalErrorCode = (typeof hospitalErrorCodes)[number];

export class HospitalError extends Error {
  override readonly name = 'HospitalError';
  readonly code: HospitalErrorCode;

  constructor(code: HospitalErrorCode, message: string, options?: { cause?: unknown }) {
    super(message, options);
    this.code = code;
  }
}
