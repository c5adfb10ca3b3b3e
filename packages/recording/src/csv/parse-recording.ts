// A whole recording from a text in memory.

import { parse } from 'csv-parse/sync';
import type { CsvRecord } from './csv-options.ts';
import { csvOptions, translateCsvError } from './csv-options.ts';
import type { RecordingRow } from './row.ts';
import { RowReader } from './row-reader.ts';
import { TextCheck } from './text-check.ts';

export interface RecordingSource {
  /** Names the file in errors; its base name is the patient where the file has no such column. `-` is stdin. */
  readonly file: string;
}

/** @throws RecordingError with file, line and column */
export function parseRecording(text: string | Uint8Array, { file }: RecordingSource): RecordingRow[] {
  const bytes =
    typeof text === 'string' ? Buffer.from(text) : Buffer.from(text.buffer, text.byteOffset, text.byteLength);
  const check = new TextCheck(file);
  check.check(bytes);
  check.end();
  let records: readonly CsvRecord[];
  try {
    records = parse(bytes, csvOptions) as unknown as readonly CsvRecord[];
  } catch (error) {
    throw translateCsvError(error, file);
  }
  const reader = new RowReader(file);
  const rows: RecordingRow[] = [];
  for (const { record, info } of records) {
    const row = reader.read(record, info.lines);
    if (row !== undefined) rows.push(row);
  }
  reader.end();
  return rows;
}
