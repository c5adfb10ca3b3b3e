/**
 * The body of `POST /records` and its answer: an array of byte strings in, `[acknowledgement, [[index, code], …]]` out.
 * Read where it stands, since it is the outermost shape of every reading that comes: only the one encoding that
 * deterministic CBOR (RFC 8949, section 4.2) leaves is taken.
 */
import { type Bytes, encodeCbor } from '@vitalseal/protocol';
import { HospitalError } from '../errors.ts';
import type { RecordsAnswer } from './record-intake.ts';

export const mostRecords = 256;
export const mostBatchBytes = 1 << 20;

const arrayType = 4;
const byteStringType = 2;

interface Head {
  readonly argument: number;
  readonly end: number;
}

/** @throws HospitalError `malformed-request` */
export function parseRecordBatch(body: Bytes): Bytes[] {
  const { argument: count, end } = readHead(body, 0, arrayType);
  if (count < 1 || count > mostRecords) throw malformed();
  const records: Bytes[] = [];
  let at = end;
  for (let index = 0; index < count; index++) {
    const { argument: length, end: start } = readHead(body, at, byteStringType);
    at = start + length;
    if (at > body.length) throw malformed();
    records.push(body.subarray(start, at));
  }
  if (at !== body.length) throw malformed();
  return records;
}

export function encodeRecordsAnswer({ acknowledgement, unanswered }: RecordsAnswer): Bytes {
  return encodeCbor([acknowledgement, unanswered.map(([index, code]) => [index, code])]);
}

function readHead(body: Bytes, at: number, type: number): Head {
  const initial = body[at];
  if (initial === undefined || initial >> 5 !== type) throw malformed();
  const short = initial & 0x1f;
  if (short < 24) return { argument: short, end: at + 1 };
  // Lengths up to the limit of the body need at most four bytes.
  const width = short === 24 ? 1 : short === 25 ? 2 : short === 26 ? 4 : 0;
  if (width === 0 || at + 1 + width > body.length) throw malformed();
  let argument = 0;
  for (let index = at + 1; index <= at + width; index++) argument = argument * 256 + (body[index] ?? 0);
  const least = width === 1 ? 24 : 2 ** (4 * width);
  if (argument < least) throw malformed();
  return { argument, end: at + 1 + width };
}

function malformed(): HospitalError {
  return new HospitalError('malformed-request', `expected an array of 1 to ${mostRecords} sealed records`);
}
