/** What is stored of a patient's triage: the rules' state and the last values, so that a start need not read all readings. */
import type { News2, PatientState } from '@vitalseal/clinical';
import type { LastValue, Location } from '@vitalseal/protocol';
import type { MonitoredPatient } from './monitored-patient.ts';

export interface PatientMemory {
  readonly state: PatientState;
  readonly news2: News2 | null;
  readonly last: readonly (readonly [code: number, value: LastValue])[];
  readonly location: Location | null;
}

export function encodeMemory({ state, news2, last, location }: MonitoredPatient): string {
  const memory: PatientMemory = { state, news2: news2 ?? null, last: [...last], location: location ?? null };
  return JSON.stringify(memory);
}

/** Only for what `encodeMemory` wrote: the hospital's own store is trusted to hold what was put there. */
export function decodeMemory(text: string): PatientMemory {
  return JSON.parse(text) as PatientMemory;
}
