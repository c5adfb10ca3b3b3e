// One row of a recording: what was measured at one moment, as the file has it. What is blank is absent. Whether a value
// can be true of a patient is for the rules to judge, not for the file.

export const consciousnessLetters = ['A', 'C', 'V', 'P', 'U'] as const;

export type ConsciousnessLetter = (typeof consciousnessLetters)[number];

export interface RecordingRow {
  readonly patient: string;
  /** Seconds; its zero is the recording's own. */
  readonly timeS: number;
  /** Line of the file at which the row ends, from 1. */
  readonly line: number;
  readonly hr?: number;
  readonly spo2?: number;
  readonly resp?: number;
  readonly sbp?: number;
  readonly dbp?: number;
  readonly temp?: number;
  readonly oxygen?: 0 | 1;
  readonly consciousness?: ConsciousnessLetter;
}

export const numberColumns = ['hr', 'spo2', 'resp', 'sbp', 'dbp', 'temp'] as const;

export type NumberColumn = (typeof numberColumns)[number];
