// Recordings of vital signs as CSV, and the clock they are replayed on.

export type { Clock, ScaledTime } from './clock/clock.ts';
export { formatClock, parseClock, parseScaledTime, scaledClock, systemClock } from './clock/clock.ts';
export type { RecordingSource } from './csv/parse-recording.ts';
export { parseRecording } from './csv/parse-recording.ts';
export { readRecording } from './csv/read-recording.ts';
export type { ConsciousnessLetter, NumberColumn, RecordingRow } from './csv/row.ts';
export { consciousnessLetters, numberColumns } from './csv/row.ts';
export { patientOfFile } from './csv/row-reader.ts';
export type { RecordingErrorCode, RecordingPlace } from './errors.ts';
export { RecordingError, recordingErrorCodes } from './errors.ts';
