// What the hospital's own rules say of a recording, row by row: the same `observe` and `tick` that the hospital runs,
// with the rows' times for a clock. One patient after another or mixed, as the file has them.

import type { AlarmChange, News2, PatientState, Policy } from '@vitalseal/clinical';
import { initialPatient, observe, tick } from '@vitalseal/clinical';
import type { RecordingRow } from '@vitalseal/recording';
import { rowValues } from './row-values.ts';

export interface TriageLine {
  readonly patient: string;
  readonly time_s: number;
  readonly news2: News2;
  /** What changed since the patient's row before: by time passing until this row, then by this row. */
  readonly alarms: readonly Pick<AlarmChange, 'change' | 'rule' | 'priority'>[];
}

function shown({ change, rule, priority }: AlarmChange): TriageLine['alarms'][number] {
  return { change, rule, priority };
}

export class Triage {
  readonly #policy: Policy;
  readonly #patients = new Map<string, PatientState>();

  constructor(policy: Policy) {
    this.#policy = policy;
  }

  row(row: RecordingRow): TriageLine {
    const at = Math.round(row.timeS * 1000);
    const before = this.#patients.get(row.patient) ?? initialPatient(this.#policy);
    const ticked = tick(before, this.#policy, at);
    const observed = observe(ticked.state, this.#policy, { at, receivedAt: at, values: rowValues(row) });
    this.#patients.set(row.patient, observed.state);
    return {
      patient: row.patient,
      time_s: row.timeS,
      news2: observed.news2,
      alarms: [...ticked.changes, ...observed.changes].map(shown),
    };
  }
}
