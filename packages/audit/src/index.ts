// The audit log as a transparency log: what stands in it, its tree, its checkpoints, what is exported and verified.

export { fromBase64, toBase64 } from './base64.ts';
export type { AuditAct, AuditEntry, Detail, Details } from './entry/entry.ts';
export {
  type CheckedAct,
  checkAct,
  decodeEntry,
  encodeEntry,
  entryBytes,
  entryLine,
  longestEntry,
} from './entry/entry-codec.ts';
export { type AuditKind, auditKinds, kindTraits } from './entry/kinds.ts';
export { readingsStored, type StoredReading, storedReadings } from './entry/readings-stored.ts';
export { AuditError, type AuditErrorCode, auditErrorCodes } from './errors.ts';
export { emptyRoot, leafHash, nodeHash } from './merkle/hashes.ts';
