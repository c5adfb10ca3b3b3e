// What both forms of a proof have in common: lines, then a blank one, then a checkpoint as it was signed.
import type { Bytes } from '@vitalseal/protocol';
import { fromBase64, toBase64 } from '../base64.ts';
import { longestEntry } from '../entry/entry-codec.ts';
import { AuditError } from '../errors.ts';
import { hashLength } from '../merkle/compact-range.ts';

/** A tree of 2^63 leaves has no longer proof; C2SP tlog-witness: "MUST NOT send more than 63 consistency proof lines". */
const mostHashes = 63;
/** An entry in base64, the hashes, and a note with as many signatures as anybody's. */
const longestProof = 2 * longestEntry + (1 << 17);
const decimal = /^(?:0|[1-9]\d{0,15})$/;

export function formatProof(head: readonly string[], hashes: readonly Bytes[], checkpoint: string): string {
  return `${[...head, ...hashes.map(toBase64)].join('\n')}\n\n${checkpoint}`;
}

/** @throws AuditError `audit-malformed` */
export function splitProof(text: string): { readonly lines: readonly string[]; readonly checkpoint: string } {
  const blank = text.indexOf('\n\n');
  if (text.length > longestProof || blank < 0) throw malformedProof();
  return { lines: text.slice(0, blank).split('\n'), checkpoint: text.slice(blank + 2) };
}

/** @throws AuditError `audit-malformed` */
export function parseHashes(lines: readonly string[]): readonly Bytes[] {
  if (lines.length > mostHashes) throw malformedProof();
  return lines.map((line) => {
    const hash = fromBase64(line);
    if (hash?.length !== hashLength) throw malformedProof();
    return hash;
  });
}

/** @throws AuditError `audit-malformed` */
export function parseCount(text: string | undefined): number {
  const count = Number(text);
  if (text === undefined || !decimal.test(text) || !Number.isSafeInteger(count)) throw malformedProof();
  return count;
}

export function malformedProof(cause?: unknown): AuditError {
  return new AuditError('audit-malformed', 'expected a proof from the log: its lines, a blank line, a checkpoint', {
    cause,
  });
}
