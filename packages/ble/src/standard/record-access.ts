// The Record Access Control Point (0x2A52) of the Glucose Service 1.0.1: by it a collector asks a meter for what it has
// stored. Filters name records by their sequence number, or by the time that the meter shows for them.

import type { Bytes } from '@vitalseal/protocol';
import { type DateTime, readDateTime, writeDateTime } from './date-time.ts';
import { malformed, OctetReader, OctetWriter } from './octets.ts';

/** Both ends are within; one that is absent is open. */
type Range<End> = { readonly from: End; readonly upTo?: End } | { readonly upTo: End };

export type RecordFilter =
  | { readonly records: 'all' | 'first' | 'last' }
  | { readonly sequence: Range<number> }
  | { readonly time: Range<DateTime> };

type FilteredOperation = 'report' | 'delete' | 'count';

/** What a meter answers, or is asked. */
export type RecordAccess =
  | { readonly kind: 'record-access'; readonly operation: FilteredOperation; readonly filter: RecordFilter }
  | { readonly kind: 'record-access'; readonly operation: 'abort' }
  | { readonly kind: 'record-access'; readonly operation: 'number'; readonly records: number }
  | {
      readonly kind: 'record-access';
      readonly operation: 'response';
      /** The op code that is answered. */
      readonly to: number;
      /** An index into `recordAccessResults`. */
      readonly result: number;
    };

export const recordAccessResults: readonly string[] = [
  'reserved',
  'success',
  'operation-not-supported',
  'invalid-operator',
  'operator-not-supported',
  'invalid-operand',
  'no-records',
  'abort-unsuccessful',
  'not-completed',
  'operand-not-supported',
];

export const recordAccessOperations = { report: 1, delete: 2, abort: 3, count: 4 } as const;
const operators = { all: 1, upTo: 2, from: 3, within: 4, first: 5, last: 6 } as const;
const filterTypes = { sequence: 1, time: 2 } as const;
const filtered: ReadonlyMap<number, FilteredOperation> = new Map([
  [recordAccessOperations.report, 'report'],
  [recordAccessOperations.delete, 'delete'],
  [recordAccessOperations.count, 'count'],
]);

/** @throws BleError `gatt-malformed` */
export function decodeRecordAccess(value: Bytes): RecordAccess {
  const reader = new OctetReader(value);
  const code = reader.uint8('an op code');
  const operator = reader.uint8('an operator');
  const decoded = decodeOperation(reader, code, operator);
  reader.end('a record access operation');
  return decoded;
}

function decodeOperation(reader: OctetReader, code: number, operator: number): RecordAccess {
  const kind = 'record-access';
  const operation = filtered.get(code);
  if (operation !== undefined) return { kind, operation, filter: readFilter(reader, operator) };
  if (operator !== 0) throw malformed('no operator');
  if (code === 3) return { kind, operation: 'abort' };
  if (code === 5) {
    // The Glucose Service counts in 16 bits; other services of this control point in 32.
    const records = reader.left === 4 ? reader.uint32('a number of records') : readCount(reader);
    return { kind, operation: 'number', records };
  }
  if (code !== 6) throw malformed('an operation of the control point');
  return { kind, operation: 'response', to: reader.uint8('an op code'), result: reader.uint8('a response code') };
}

function readCount(reader: OctetReader): number {
  return reader.left === 1 ? reader.uint8('a number of records') : reader.uint16('a number of records');
}

function readFilter(reader: OctetReader, operator: number): RecordFilter {
  if (operator === operators.all) return { records: 'all' };
  if (operator === operators.first) return { records: 'first' };
  if (operator === operators.last) return { records: 'last' };
  if (operator < operators.upTo || operator > operators.within) throw malformed('an operator of the control point');
  const type = reader.uint8('a filter type');
  if (type === filterTypes.sequence) {
    return { sequence: readRange(operator, () => reader.uint16('a sequence number')) };
  }
  if (type !== filterTypes.time) throw malformed('a filter by sequence number or time');
  return { time: readRange(operator, () => readDateTime(reader)) };
}

function readRange<End>(operator: number, read: () => End): Range<End> {
  if (operator === operators.upTo) return { upTo: read() };
  const from = read();
  return operator === operators.from ? { from } : { from, upTo: read() };
}

export function encodeRecordAccess(of: RecordAccess): Bytes {
  const writer = new OctetWriter();
  switch (of.operation) {
    case 'report':
    case 'delete':
    case 'count':
      writer.uint8(recordAccessOperations[of.operation]);
      writeFilter(writer, of.filter);
      break;
    case 'abort':
      writer.uint8(recordAccessOperations.abort).uint8(0);
      break;
    case 'number':
      writer.uint8(5).uint8(0).uint16(of.records);
      break;
    case 'response':
      writer.uint8(6).uint8(0).uint8(of.to).uint8(of.result);
      break;
  }
  return writer.octets();
}

function writeFilter(writer: OctetWriter, filter: RecordFilter): void {
  if ('records' in filter) {
    writer.uint8(operators[filter.records]);
  } else if ('sequence' in filter) {
    writer.uint8(operatorOf(filter.sequence)).uint8(filterTypes.sequence);
    for (const end of ends(filter.sequence)) writer.uint16(end);
  } else {
    writer.uint8(operatorOf(filter.time)).uint8(filterTypes.time);
    for (const end of ends(filter.time)) writeDateTime(writer, end);
  }
}

function operatorOf(range: Range<unknown>): number {
  if (!('from' in range)) return operators.upTo;
  return range.upTo === undefined ? operators.from : operators.within;
}

function ends<End>(range: Range<End>): End[] {
  const from = 'from' in range ? [range.from] : [];
  return range.upTo === undefined ? from : [...from, range.upTo];
}
