/**
 * The details of `readings-stored`: what one commit of the hospital put into its store. One entry tells of the whole
 * commit, since it is made on the path of every reading.
 */
import { AuditError } from '../errors.ts';
import type { AuditEntry, Detail } from './entry.ts';
import type { CheckedAct } from './entry-codec.ts';

export interface StoredReading {
  /** The hospital's number of the origin (patient, sensor, its channel), told by a `stream-opened`. */
  readonly stream: number;
  /** N_S: the sensor's counter. */
  readonly sequence: number;
  /** The patient's channel with the hospital, 16 hexadecimal digits, and N_P, the card's counter on it. */
  readonly channel: string;
  readonly record: number;
  /** What the acknowledgement named the record by: the first 16 bytes of its SHA-256, base64. */
  readonly recordHash: string;
  /** Of the row as it is stored, base64. */
  readonly digest: string;
}

/**
 * Not checked value by value, which would cost more than the rest of the entry: `channel` must be hexadecimal, the
 * hashes base64 and the numbers safe integers.
 */
export function readingsStored(actor: string, readings: readonly StoredReading[]): CheckedAct {
  let list = '';
  for (const { stream, sequence, channel, record, recordHash, digest } of readings) {
    if (list !== '') list += ',';
    list += `[${stream},${sequence},"${channel}",${record},"${recordHash}","${digest}"]`;
  }
  return { kind: 'readings-stored', actor, what: `{"readings":[${list}]}` };
}

/** @throws AuditError `audit-malformed` */
export function storedReadings({ what }: AuditEntry): StoredReading[] {
  const list = what?.readings;
  if (!Array.isArray(list)) throw malformed();
  return list.map(storedReading);
}

function storedReading(detail: Detail): StoredReading {
  if (!Array.isArray(detail) || detail.length !== 6) throw malformed();
  const [stream, sequence, channel, record, recordHash, digest] = detail as readonly Detail[];
  if (typeof stream !== 'number' || typeof sequence !== 'number' || typeof record !== 'number') throw malformed();
  if (typeof channel !== 'string' || typeof recordHash !== 'string' || typeof digest !== 'string') throw malformed();
  return { stream, sequence, channel, record, recordHash, digest };
}

function malformed(): AuditError {
  return new AuditError('audit-malformed', 'expected the readings of one commit');
}
