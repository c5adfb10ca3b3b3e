// The audit log as a transparency log: what stands in it, its tree, its checkpoints, what is exported and verified.

export { fromBase64, toBase64 } from './base64.ts';
export { type Checkpoint, claimedCheckpoint, openCheckpoint, signCheckpoint } from './checkpoint/checkpoint.ts';
export { formatNoteKey, keyFingerprint, type NoteKey, noteKey, parseNoteKey } from './checkpoint/note-key.ts';
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
export {
  type ReadingRun,
  readingsStored,
  recordHashLength,
  type StoredReading,
  storedReadings,
  storedRuns,
} from './entry/readings-stored.ts';
export { AuditError, type AuditErrorCode, auditErrorCodes } from './errors.ts';
export {
  type ExportHead,
  type ExportLine,
  formatHead,
  formatLine,
  parseHead,
  parseLine,
} from './export/export-format.ts';
export { type AuditEvent, auditEvent } from './fhir/audit-event.ts';
export { CompactRange } from './merkle/compact-range.ts';
export { emptyRoot, leafHash, nodeHash } from './merkle/hashes.ts';
export { consistencyProof, inclusionProof, type SubtreeRoot, subtreeOf } from './merkle/proofs.ts';
export { verifyConsistency, verifyInclusion } from './merkle/verify-proofs.ts';
export {
  type ConsistencyProof,
  formatConsistencyProof,
  type ProvenGrowth,
  parseConsistencyProof,
  verifyConsistencyProof,
} from './proof/consistency-proof.ts';
export {
  formatInclusionProof,
  type InclusionProof,
  inclusionForm,
  type ProvenEntry,
  parseInclusionProof,
  verifyInclusionProof,
} from './proof/inclusion-proof.ts';
export type { Damage, Finding } from './verify/finding.ts';
export { type Verdict, type VerifyOptions, verifyExport } from './verify/verify-export.ts';
