// What this device knows: the patients it may see, their alarms, the calls, and how it knows it, the link. Every value
// here was opened from a record that the hospital sealed to this device; nothing of it is written to disk.
import type { Vital } from '@vitalseal/clinical';
import type {
  AlarmPriority,
  AlarmState,
  Deed,
  DispatchState,
  EmergencyAccess,
  Identity,
  Location,
  News2Summary,
} from '@vitalseal/protocol';
import type { HospitalRelease } from '../link/hospital-release.ts';
import type { HospitalClock } from './hospital-clock.ts';
import type { OtherValue } from './other-values.ts';
import type { Series } from './series.ts';

/** UTC ms: when the earliest of them was measured, and when the hospital had the last. */
export interface HandedInLate {
  readonly from: number;
  readonly at: number;
}

export interface Patient {
  readonly id: string;
  readonly name: string;
  readonly bed?: string;
  readonly scale: 1 | 2;
  readonly news2?: News2Summary;
  /** Appended to in place; the patient around them is replaced on each change. */
  readonly series: ReadonlyMap<Vital, Series>;
  /** What is no vital sign of the rules: the newest of each, by its IEEE 11073 code. */
  readonly others?: ReadonlyMap<number, OtherValue>;
  /** When the latest reading was measured, UTC ms. */
  readonly lastMeasuredAt?: number;
  /** Readings that came long after they were measured. */
  readonly handedInLate?: HandedInLate;
  readonly location?: Location;
  /** The earliest time from which this device asked for the past. */
  readonly historyFrom?: number;
}

export interface Alarm {
  readonly id: string;
  readonly patient: string;
  readonly rule: string;
  readonly priority: AlarmPriority;
  readonly reasons: readonly string[];
  readonly state: AlarmState;
  readonly raisedAt: number;
  readonly acknowledged?: Deed;
  readonly escalatedAt?: number;
  readonly resolvedAt?: number;
  /** This device asked to acknowledge and has no answer yet. */
  readonly acknowledging?: boolean;
}

export interface Dispatch {
  readonly id: string;
  readonly alarm?: string;
  readonly patient: string;
  /** Empty where another crew took the call: the hospital then tells this one nothing of the patient. */
  readonly name: string;
  readonly priority: AlarmPriority;
  readonly reasons: readonly string[];
  readonly news2?: News2Summary;
  readonly series: ReadonlyMap<Vital, Series>;
  readonly location?: Location;
  readonly state: DispatchState;
  /** When it came into this state, UTC ms at the hospital. */
  readonly at: number;
  /** This device asked for another state and has no answer yet. */
  readonly changing?: boolean;
}

/** Times here are of the device's own clock: the link is what the device itself sees. */
export type Link =
  | { readonly kind: 'connecting'; readonly since: number }
  | { readonly kind: 'live'; readonly since: number; readonly heardAt: number }
  | {
      readonly kind: 'lost';
      readonly since: number;
      /** Absent where the hospital was never reached. */
      readonly heardAt?: number;
      readonly attempt: number;
      readonly nextAttemptAt?: number;
      /** An error code. */
      readonly because: string;
    }
  | { readonly kind: 'refused'; readonly since: number; readonly heardAt?: number; readonly because: string }
  | { readonly kind: 'stopped'; readonly since: number };

/** What came and could not be used. Shown, never skipped in silence: an unopened record may have been the alarm. */
export interface Unusable {
  readonly count: number;
  readonly lastAt?: number;
  readonly lastCode?: string;
}

export interface Ward {
  readonly self: Identity;
  readonly hospital?: string;
  readonly link: Link;
  /** Which release the hospital runs, as far as it can be proved; unset until it was asked. */
  readonly release?: HospitalRelease;
  readonly clock?: HospitalClock;
  readonly patients: ReadonlyMap<string, Patient>;
  readonly alarms: ReadonlyMap<string, Alarm>;
  readonly dispatches: ReadonlyMap<string, Dispatch>;
  /** Somebody who does not look after a patient opened their data, for a reason: of the last days, by identifier. */
  readonly emergencies: ReadonlyMap<string, EmergencyAccess>;
  readonly unusable: Unusable;
  /** True once the hospital has sent all that it had: before, an empty ward is only a ward not yet read. */
  readonly complete: boolean;
  /** T_H at the beginning of the feed: what was raised before it and is not in the summaries is over. */
  readonly feedBegan?: number;
}

export const isOpen = (alarm: Alarm): boolean => alarm.state !== 'resolved';
export const needsSomeone = (alarm: Alarm): boolean => isOpen(alarm) && alarm.acknowledged === undefined;
