// A recording as a stream, row by row, in memory that does not grow with the file.

import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { parse } from 'csv-parse';
import type { CsvRecord } from './csv-options.ts';
import { csvOptions, translateCsvError } from './csv-options.ts';
import type { RecordingSource } from './parse-recording.ts';
import type { RecordingRow } from './row.ts';
import { RowReader } from './row-reader.ts';
import { TextCheck } from './text-check.ts';

async function* checked(source: AsyncIterable<string | Uint8Array>, file: string): AsyncGenerator<Buffer> {
  const check = new TextCheck(file);
  for await (const chunk of source) {
    const bytes =
      typeof chunk === 'string' ? Buffer.from(chunk) : Buffer.from(chunk.buffer, chunk.byteOffset, chunk.byteLength);
    check.check(bytes);
    yield bytes;
  }
  check.end();
}

/**
 * Yields rows in file order. Rows that stand before a mistake may have been yielded when it is found.
 * @throws RecordingError with file, line and column
 */
export async function* readRecording(
  source: AsyncIterable<string | Uint8Array>,
  { file }: RecordingSource,
): AsyncGenerator<RecordingRow> {
  const parser = parse(csvOptions);
  const fed = pipeline(Readable.from(checked(source, file), { objectMode: false }), parser);
  // The iteration below meets the same failure; this one only keeps it from being reported as unhandled.
  fed.catch(() => undefined);
  const reader = new RowReader(file);
  try {
    for await (const item of parser) {
      const { record, info } = item as CsvRecord;
      const row = reader.read(record, info.lines);
      if (row !== undefined) yield row;
    }
  } catch (error) {
    throw translateCsvError(error, file);
  }
  reader.end();
}
