/** What is wrong with an audit log, an export of one, or a proof. */
export const auditErrorCodes = ['audit-malformed'] as const;

export type AuditErrorCode = (typeof auditErrorCodes)[number];

export class AuditError extends Error {
  readonly code: AuditErrorCode;

  constructor(code: AuditErrorCode, message: string, options?: ErrorOptions) {
    super(message, options);
    this.name = 'AuditError';
    this.code = code;
  }
}
