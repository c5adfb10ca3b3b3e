/**
 * The details of `readings-stored`: what one commit of the hospital put into its store. One entry tells of the whole
 * commit, and in it one run of readings that follow each other, since it is made on the path of every reading.
 */
import { fromBase64, toBase64 } from '../base64.ts';
import { AuditError } from '../errors.ts';
import type { AuditEntry, Detail } from './entry.ts';
import type { CheckedAct } from './entry-codec.ts';

/** Readings of one origin in one commit: each has the next count of the sensor and the next of the card. */
export interface ReadingRun {
  /** The hospital's number of the origin (patient, sensor, its channel), told by a `stream-opened`. */
  readonly stream: number;
  /** N_S of the first: the sensor's counter. */
  readonly sequence: number;
  /** The patient's channel with the hospital, 16 hexadecimal digits, and N_P of the first, the card's counter on it. */
  readonly channel: string;
  readonly record: number;
  /** Of the rows as they are stored, all of the run together; base64. */
  readonly digest: string;
  /** What the acknowledgement named each record by, the first 16 bytes of its SHA-256, one after the other; base64. */
  readonly recordHashes: string;
}

/** One reading of a run. */
export interface StoredReading {
  readonly stream: number;
  readonly sequence: number;
  readonly channel: string;
  readonly record: number;
  /** Base64. */
  readonly recordHash: string;
}

export const recordHashLength = 16;
/** Nine hashes: what of base64 is still a token, and ends at a byte. */
const pieceLength = 192;

/**
 * Not checked value by value, which would cost more than the rest of the entry: `channel` must be hexadecimal, hashes and
 * digest base64 and the numbers safe integers.
 */
export function readingsStored(actor: string, runs: readonly ReadingRun[]): CheckedAct {
  let list = '';
  for (const { stream, sequence, channel, record, digest, recordHashes } of runs) {
    if (list !== '') list += ',';
    list += `[${stream},${sequence},"${channel}",${record},"${digest}"`;
    for (let at = 0; at < recordHashes.length; at += pieceLength) {
      list += `,"${recordHashes.slice(at, at + pieceLength)}"`;
    }
    list += ']';
  }
  return { kind: 'readings-stored', actor, what: `{"readings":[${list}]}` };
}

/** @throws AuditError `audit-malformed` */
export function storedRuns({ what }: AuditEntry): (ReadingRun & { readonly count: number })[] {
  const list = what?.readings;
  if (!Array.isArray(list)) throw malformed();
  return list.map((detail) => {
    const run = readingRun(detail);
    return { ...run, count: hashesOf(run).length / recordHashLength };
  });
}

/** Each reading by itself. @throws AuditError `audit-malformed` */
export function storedReadings(entry: AuditEntry): StoredReading[] {
  return storedRuns(entry).flatMap((run) => {
    const { stream, sequence, channel, record, count } = run;
    const hashes = hashesOf(run);
    return Array.from({ length: count }, (_, index) => {
      const recordHash = toBase64(hashes.subarray(index * recordHashLength, (index + 1) * recordHashLength));
      return { stream, sequence: sequence + index, channel, record: record + index, recordHash };
    });
  });
}

function readingRun(detail: Detail): ReadingRun {
  if (!Array.isArray(detail)) throw malformed();
  const [stream, sequence, channel, record, digest, ...pieces] = detail as readonly Detail[];
  if (typeof stream !== 'number' || typeof sequence !== 'number' || typeof record !== 'number') throw malformed();
  if (typeof channel !== 'string' || typeof digest !== 'string') throw malformed();
  for (const [index, piece] of pieces.entries()) {
    const isLast = index === pieces.length - 1;
    if (typeof piece !== 'string' || (!isLast && piece.length !== pieceLength)) throw malformed();
  }
  return { stream, sequence, channel, record, digest, recordHashes: pieces.join('') };
}

function hashesOf({ recordHashes }: ReadingRun): Uint8Array {
  const hashes = fromBase64(recordHashes);
  if (hashes === undefined || hashes.length === 0 || hashes.length % recordHashLength !== 0) throw malformed();
  return hashes;
}

function malformed(): AuditError {
  return new AuditError('audit-malformed', 'expected the readings of one commit');
}
