/**
 * That the log of a newer checkpoint goes on from that of an older one, nothing altered, removed or put between: in the form in
 * which a log asks a witness to sign beside it (C2SP tlog-witness, the body of add-checkpoint). The older checkpoint is not in it:
 * it is the one that whoever checks has kept.
 */
import type { Bytes } from '@vitalseal/protocol';
import type { Checkpoint } from '../checkpoint/checkpoint.ts';
import type { NoteKey } from '../checkpoint/note-key.ts';
import { AuditError } from '../errors.ts';
import { verifyConsistency } from '../merkle/verify-proofs.ts';
import { formatProof, malformedProof, parseCount, parseHashes, splitProof } from './hash-lines.ts';
import { openWithOneOf } from './open-with-one-of.ts';

export interface ConsistencyProof {
  /** Size of the log at the older checkpoint. */
  readonly old: number;
  readonly hashes: readonly Bytes[];
  /** The newer one: a signed note. */
  readonly checkpoint: string;
}

const oldWord = 'old ';

export function formatConsistencyProof({ old, hashes, checkpoint }: ConsistencyProof): string {
  return formatProof([`${oldWord}${old}`], hashes, checkpoint);
}

/** @throws AuditError `audit-malformed` */
export function parseConsistencyProof(text: string): ConsistencyProof {
  const { lines, checkpoint } = splitProof(text);
  const [old, ...rest] = lines;
  if (!old?.startsWith(oldWord)) throw malformedProof();
  return { old: parseCount(old.slice(oldWord.length)), hashes: parseHashes(rest), checkpoint };
}

export interface ProvenGrowth {
  readonly earlier: Checkpoint;
  readonly later: Checkpoint;
}

/**
 * @param options.kept the older checkpoint
 * @param options.keys those that the log has had: a key that was replaced has signed the older one
 * @throws AuditError `audit-malformed`, `audit-proof-invalid`, `audit-note-malformed`, `audit-key-foreign`, `audit-signature-invalid`
 */
export async function verifyConsistencyProof(
  text: string,
  { kept, keys }: { readonly kept: string; readonly keys: readonly NoteKey[] },
): Promise<ProvenGrowth> {
  const { old, hashes, checkpoint } = parseConsistencyProof(text);
  const earlier = await openWithOneOf(kept, keys);
  const later = await openWithOneOf(checkpoint, keys);
  if (earlier.origin !== later.origin || earlier.size !== old) {
    throw new AuditError('audit-proof-invalid', 'expected a proof that goes on from the checkpoint that was kept');
  }
  await verifyConsistency({ earlier, later, proof: hashes });
  return { earlier, later };
}
