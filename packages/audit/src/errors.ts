/** What is wrong with an audit log, an export of one, or a proof. Messages hold places in the log, never what stands there. */
export const auditErrorCodes = [
  'audit-malformed',
  'audit-act-refused',
  'audit-proof-invalid',
  'audit-note-malformed',
  'audit-signature-invalid',
  'audit-key-foreign',
] as const;

export type AuditErrorCode = (typeof auditErrorCodes)[number];

export class AuditError extends Error {
  readonly code: AuditErrorCode;

  constructor(code: AuditErrorCode, message: string, options?: ErrorOptions) {
    super(message, options);
    this.name = 'AuditError';
    this.code = code;
  }
}
