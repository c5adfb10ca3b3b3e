/**
 * C2SP tlog-proof: that one entry is in the log, in one file with the checkpoint that vouches for it. The form leaves the entry
 * itself to whoever checks; here it is the form's "extra", "additional data necessary to reconstruct the record hash": nothing in
 * it is believed before its hash leads to the signed root.
 */
import type { Bytes } from '@vitalseal/protocol';
import { fromBase64, toBase64 } from '../base64.ts';
import type { Checkpoint } from '../checkpoint/checkpoint.ts';
import type { NoteKey } from '../checkpoint/note-key.ts';
import { entryBytes } from '../entry/entry-codec.ts';
import { leafHash } from '../merkle/hashes.ts';
import { verifyInclusion } from '../merkle/verify-proofs.ts';
import { formatProof, malformedProof, parseCount, parseHashes, splitProof } from './hash-lines.ts';
import { openWithOneOf } from './open-with-one-of.ts';

export interface InclusionProof {
  /** The line as it stands in the log; undefined where the proof leaves it to others. */
  readonly entry: string | undefined;
  /** Its number. */
  readonly index: number;
  readonly hashes: readonly Bytes[];
  /** A signed note. */
  readonly checkpoint: string;
}

export const inclusionForm = 'c2sp.org/tlog-proof@v1';
const extraWord = 'extra ';
const indexWord = 'index ';

export function formatInclusionProof({ entry, index, hashes, checkpoint }: InclusionProof): string {
  const extra = entry === undefined ? [] : [`${extraWord}${toBase64(entryBytes(entry))}`];
  return formatProof([inclusionForm, ...extra, `${indexWord}${index}`], hashes, checkpoint);
}

/** @throws AuditError `audit-malformed` */
export function parseInclusionProof(text: string): InclusionProof {
  const { lines, checkpoint } = splitProof(text);
  const [form, ...rest] = lines;
  if (form !== inclusionForm) throw malformedProof();
  const extra = rest[0]?.startsWith(extraWord) ? rest.shift() : undefined;
  const number = rest.shift();
  if (!number?.startsWith(indexWord)) throw malformedProof();
  return {
    entry: extra === undefined ? undefined : entryOf(extra.slice(extraWord.length)),
    index: parseCount(number.slice(indexWord.length)),
    hashes: parseHashes(rest),
    checkpoint,
  };
}

export interface ProvenEntry {
  /** The line as it stands in the log. */
  readonly entry: string;
  readonly index: number;
  readonly checkpoint: Checkpoint;
}

/**
 * @param options.keys those that the log has had
 * @param options.entry the line, where the proof has none, or to hold against the one that it has
 * @throws AuditError `audit-malformed`, `audit-proof-invalid`, `audit-note-malformed`, `audit-key-foreign`, `audit-signature-invalid`
 */
export async function verifyInclusionProof(
  text: string,
  { keys, entry: expected }: { readonly keys: readonly NoteKey[]; readonly entry?: string },
): Promise<ProvenEntry> {
  const proof = parseInclusionProof(text);
  const entry = expected ?? proof.entry;
  if (entry === undefined || (proof.entry !== undefined && proof.entry !== entry)) throw malformedProof();
  const checkpoint = await openWithOneOf(proof.checkpoint, keys);
  const { index, hashes } = proof;
  const leaf = await leafHash(entryBytes(entry));
  await verifyInclusion({ leaf, index, size: checkpoint.size, root: checkpoint.root, proof: hashes });
  return { entry, index, checkpoint };
}

function entryOf(extra: string): string {
  const bytes = fromBase64(extra);
  if (bytes === undefined) throw malformedProof();
  try {
    return new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(bytes);
  } catch (cause) {
    throw malformedProof(cause);
  }
}
