export { AuditError, type AuditErrorCode, auditErrorCodes } from './errors.ts';
