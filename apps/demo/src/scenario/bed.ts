// A monitored patient of the demo: who, where, and the recording that plays for them.
import type { Identity } from '@vitalseal/protocol';
import type { RecordingRow } from '@vitalseal/recording';

export interface Place {
  readonly latitude: number;
  readonly longitude: number;
}

export interface Bed {
  readonly patient: Identity;
  readonly sensor: Identity;
  /** Invented: the recordings are of people without a name. */
  readonly name: string;
  readonly bed: string;
  readonly place: Place;
  /** JSON of a policy; the default one if left out. */
  readonly policy?: string;
  /** In the order of time; the first is played when the clock starts. */
  readonly rows: readonly RecordingRow[];
}

export function bedOf(id: string, particulars: Omit<Bed, 'patient' | 'sensor'>): Bed {
  return { patient: { role: 'patient', id }, sensor: { role: 'sensor', id }, ...particulars };
}

/** Seconds of the recording from a bed's first row to its last. */
export function durationS({ rows }: Bed): number {
  return (rows.at(-1)?.timeS ?? 0) - (rows[0]?.timeS ?? 0);
}
