/**
 * Proofs from the live log (RFC 6962, section 2.1): that an entry is in it, and that it goes on from a checkpoint of before. Each
 * is checked before it is handed out: hashes that somebody has edited in the database lead nowhere.
 */
import {
  AuditError,
  CompactRange,
  claimedCheckpoint,
  consistencyProof,
  formatConsistencyProof,
  formatInclusionProof,
  inclusionProof,
  type NoteKey,
  type SubtreeRoot,
  verifyConsistency,
  verifyInclusionProof,
} from '@vitalseal/audit';
import { HospitalError } from '../errors.ts';
import type { Database } from '../store/batch-statement.ts';
import { LogReader } from './log-reader.ts';

export interface VouchedLog {
  readonly database: Database;
  /** The newest checkpoint, and how many entries it is over. */
  readonly note: string;
  readonly size: number;
  /** The one that signed it. */
  readonly key: NoteKey;
}

/** @returns a C2SP tlog-proof @throws HospitalError `audit-entry-unknown`, `audit-log-damaged` */
export async function proveEntry({ database, note, size, key }: VouchedLog, index: number): Promise<string> {
  const reader = new LogReader(database);
  if (index >= size) throw new HospitalError('audit-entry-unknown', 'expected the number of an entry of the log');
  for await (const { number, entry } of reader.entries(index, index + 1)) {
    const hashes = await inclusionProof(number, size, storedSubtrees(reader));
    const proof = formatInclusionProof({ entry, index: number, hashes, checkpoint: note });
    return sound(proof, verifyInclusionProof(proof, { keys: [key] }));
  }
  throw new HospitalError('audit-log-damaged', `expected entry ${index} of the log`);
}

/**
 * @param kept an older checkpoint of this log; under which key, is for whoever checks the proof to know
 * @throws HospitalError `audit-log-damaged`; AuditError `audit-note-malformed`, `audit-key-foreign`
 */
export async function proveGrowth({ database, note, size, key }: VouchedLog, kept: string): Promise<string> {
  const earlier = claimedCheckpoint(kept);
  if (earlier.origin !== key.name) {
    throw new AuditError('audit-key-foreign', 'expected a checkpoint of this log');
  }
  // Every log goes on from an empty one, and from a longer one none does.
  if (earlier.size === 0 || earlier.size > size) {
    throw new HospitalError('audit-log-damaged', 'expected a checkpoint over entries that the log has');
  }
  const hashes = await consistencyProof(earlier.size, size, storedSubtrees(new LogReader(database)));
  const proof = formatConsistencyProof({ old: earlier.size, hashes, checkpoint: note });
  return sound(proof, verifyConsistency({ earlier, later: claimedCheckpoint(note), proof: hashes }));
}

/** Each leaf is read once for all the subtrees of a proof, and none is kept. */
function storedSubtrees(reader: LogReader): SubtreeRoot {
  return async (from, until) => {
    const range = CompactRange.empty();
    for await (const leaf of reader.leaves(from, until)) await range.append(leaf);
    return range.root();
  };
}

async function sound(proof: string, checked: Promise<unknown>): Promise<string> {
  try {
    await checked;
  } catch (cause) {
    throw new HospitalError('audit-log-damaged', 'expected a log that its checkpoints vouch for', { cause });
  }
  return proof;
}
