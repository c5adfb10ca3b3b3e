// Cells to rows, in file order. Time may stand still but not go back within a patient: sorting would hide a clock that
// was set back or two files pasted together, and what the rules would say of such a recording means nothing.

import { RecordingError } from '../errors.ts';
import { readConsciousnessCell, readNumberCell, readOxygenCell, readPatientCell, readTimeCell } from './cells.ts';
import type { Column, Header } from './header.ts';
import { readHeader } from './header.ts';
import type { RecordingRow } from './row.ts';
import { numberColumns } from './row.ts';

type Mutable<T> = { -readonly [K in keyof T]: T[K] };

/** The patient of a file that names none: its base name without the extension. */
export function patientOfFile(file: string): string {
  const base = file.slice(Math.max(file.lastIndexOf('/'), file.lastIndexOf('\\')) + 1);
  const name = base.replace(/(?<=.)\.[^.]*$/, '');
  return name === '' || name === '-' ? 'stdin' : name.slice(0, 256);
}

export class RowReader {
  readonly #file: string;
  readonly #patientOfFile: string;
  readonly #newest = new Map<string, number>();
  #header: Header | undefined;
  #rows = 0;

  constructor(file: string) {
    this.#file = file;
    this.#patientOfFile = patientOfFile(file);
  }

  /** The row of these cells, or undefined for the header and for a blank line. */
  read(cells: readonly string[], line: number): RecordingRow | undefined {
    const place = { file: this.#file, line };
    if (cells.length === 1 && cells[0]?.trim() === '') return undefined;
    if (this.#header === undefined) {
      this.#header = readHeader(cells, place);
      return undefined;
    }
    if (cells.length !== this.#header.width) {
      const message = `expected ${this.#header.width} cells as in the header, not ${cells.length}`;
      throw new RecordingError('recording-column-count', message, place);
    }
    this.#rows += 1;
    return this.#row(cells, line, this.#header);
  }

  /** @throws RecordingError when the file ended without a row */
  end(): void {
    const place = { file: this.#file };
    if (this.#header === undefined)
      throw new RecordingError('recording-empty', 'expected a header, not an empty file', place);
    if (this.#rows === 0)
      throw new RecordingError('recording-empty', 'expected at least one row after the header', place);
  }

  #row(cells: readonly string[], line: number, { index, time }: Header): RecordingRow {
    const place = (column: Column) => ({ file: this.#file, line, column });
    const cell = (column: Column) => {
      const position = index[column];
      return position === undefined ? '' : (cells[position] ?? '').trim();
    };
    const patient =
      index.patient === undefined ? this.#patientOfFile : readPatientCell(cell('patient'), place('patient'));
    const timeS = readTimeCell((cells[time.index] ?? '').trim(), time.seconds, place(time.column));
    const newest = this.#newest.get(patient);
    if (newest !== undefined && timeS < newest) {
      const message = 'expected time not to go back within a patient';
      throw new RecordingError('recording-time-backwards', message, place(time.column));
    }
    this.#newest.set(patient, timeS);
    const row: Mutable<RecordingRow> = { patient, timeS, line };
    for (const column of numberColumns) {
      const value = readNumberCell(cell(column), place(column));
      if (value !== undefined) row[column] = value;
    }
    const oxygen = readOxygenCell(cell('oxygen'), place('oxygen'));
    if (oxygen !== undefined) row.oxygen = oxygen;
    const consciousness = readConsciousnessCell(cell('consciousness'), place('consciousness'));
    if (consciousness !== undefined) row.consciousness = consciousness;
    return row;
  }
}
