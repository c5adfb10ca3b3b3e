// How csv-parse is set: cells only, quoted or not, any line end, with or without a byte-order mark, bounded. Its own
// messages quote the cell they stumbled over, so they are replaced.

import type { Options } from 'csv-parse';
import { CsvError } from 'csv-parse';
import { RecordingError } from '../errors.ts';
import { mostBytesInALine } from './text-check.ts';

export const csvOptions = {
  bom: true,
  columns: false,
  info: true,
  max_record_size: mostBytesInALine,
  record_delimiter: ['\r\n', '\n', '\r'],
  relax_column_count: true,
} as const satisfies Options;

export interface CsvRecord {
  readonly record: readonly string[];
  readonly info: { readonly lines: number };
}

export function translateCsvError(error: unknown, file: string): unknown {
  if (!(error instanceof CsvError)) return error;
  const line = typeof error.lines === 'number' ? error.lines : undefined;
  const place = line === undefined ? { file } : { file, line };
  if (error.code === 'CSV_MAX_RECORD_SIZE') {
    return new RecordingError(
      'recording-line-too-long',
      `expected at most ${mostBytesInALine} characters in a row`,
      place,
    );
  }
  return new RecordingError('recording-quotes', 'expected quotes that open and close around a whole cell', place);
}
