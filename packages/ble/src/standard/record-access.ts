// The Record Access Control Point (0x2A52) of the Glucose Service 1.0.1: by it a collector asks a meter for what it has
// stored. Filters name records by their sequence number.

import type { Bytes } from '@vitalseal/protocol';
import { malformed, OctetReader, OctetWriter } from './octets.ts';

export type RecordFilter = { readonly records: 'all' | 'first' | 'last' } | { readonly from: number };

/** What a meter answers, or is asked. */
export type RecordAccess =
  | { readonly kind: 'record-access'; readonly operation: 'report' | 'count'; readonly filter: RecordFilter }
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

export const recordAccessOperations = { report: 1, abort: 3, count: 4 } as const;
const operators = { all: 1, first: 5, last: 6 } as const;
const bySequence = 1;

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
  if (code === 1 || code === 4) {
    return { kind, operation: code === 1 ? 'report' : 'count', filter: readFilter(reader, operator) };
  }
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
  if (operator !== 3 || reader.uint8('a filter type') !== bySequence) throw malformed('a filter by sequence number');
  return { from: reader.uint16('a sequence number') };
}

export function encodeRecordAccess(of: RecordAccess): Bytes {
  const writer = new OctetWriter();
  switch (of.operation) {
    case 'report':
    case 'count':
      writer.uint8(recordAccessOperations[of.operation]);
      if ('from' in of.filter) writer.uint8(3).uint8(bySequence).uint16(of.filter.from);
      else writer.uint8(operators[of.filter.records]);
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
