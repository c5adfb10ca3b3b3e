// The one error class of this package, and the one list its codes come from. A message names the file, the line and the
// column, never the cell: a cell is a reading.

export const recordingErrorCodes = [
  'recording-binary',
  'recording-clock',
  'recording-column-count',
  'recording-column-duplicate',
  'recording-column-missing',
  'recording-empty',
  'recording-line-too-long',
  'recording-not-a-number',
  'recording-not-a-patient',
  'recording-not-consciousness',
  'recording-not-oxygen',
  'recording-not-utf8',
  'recording-quotes',
  'recording-time-backwards',
  'recording-time-invalid',
] as const;

export type RecordingErrorCode = (typeof recordingErrorCodes)[number];

export interface RecordingPlace {
  readonly file: string;
  readonly line?: number;
  readonly column?: string;
}

export class RecordingError extends Error {
  override readonly name = 'RecordingError';
  readonly code: RecordingErrorCode;
  readonly file: string | undefined;
  readonly line: number | undefined;
  readonly column: string | undefined;

  constructor(code: RecordingErrorCode, message: string, place?: RecordingPlace) {
    super(place === undefined ? message : `${describe(place)}: ${message}`);
    this.code = code;
    this.file = place?.file;
    this.line = place?.line;
    this.column = place?.column;
  }
}

function describe({ file, line, column }: RecordingPlace): string {
  const at = line === undefined ? file : `${file} line ${line}`;
  return column === undefined ? at : `${at}, column ${column}`;
}
