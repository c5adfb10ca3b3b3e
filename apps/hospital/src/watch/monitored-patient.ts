/**
 * One patient as the hospital knows them now. Immutable: a commit makes the next one, and a commit that fails has
 * changed nothing.
 */
import type { News2, PatientState, Policy } from '@vitalseal/clinical';
import {
  type Identity,
  type LastValue,
  type Location,
  type Reading,
  type Step2Message,
  sourceOf,
} from '@vitalseal/protocol';
import type { OpenAlarmRecord } from '../alarms/open-alarm.ts';
import { whatCounts } from './what-counts.ts';

export interface MonitoredPatient {
  /** The store's number of the patient. */
  readonly number: number;
  readonly identity: Identity;
  readonly name: string;
  readonly bed: string;
  readonly policy: Policy;
  /** False once discharged: nothing more is taken from them. */
  readonly admitted: boolean;
  /** What the rules remember. */
  readonly state: PatientState;
  /** The store's number of the last reading that the state has seen. */
  readonly through: number;
  readonly news2: News2 | undefined;
  /** The newest measurement of each kind, by its IEEE 11073 code. */
  readonly last: ReadonlyMap<number, LastValue>;
  readonly location: Location | undefined;
  /** The last readings by time of measurement, newest last: one that comes late is not the latest. */
  readonly recent: readonly Reading[];
  /** Open alarms by rule: a rule has one at a time. */
  readonly alarms: ReadonlyMap<string, OpenAlarmRecord>;
}

/** What an alarm notice and a call of the ambulance carry of the past. */
export const recentReadings = 8;

/** A patient whose maps belong to a draft alone: what several readings of one commit add is added in place. */
export type OwnLast = Map<number, LastValue>;

/** @param last the newest measurements, taken over: the caller has made them its own */
export function withReading(
  patient: MonitoredPatient,
  last: OwnLast,
  { location, reading }: Step2Message,
): Pick<MonitoredPatient, 'last' | 'location' | 'recent'> {
  const measuredAt = reading.measuredAt.utcMs;
  const source = sourceOf(reading);
  for (const measurement of whatCounts({ last, policy: patient.policy }, reading)) {
    const before = last.get(measurement.code);
    if (before !== undefined && before.measuredAt > measuredAt) continue;
    last.set(measurement.code, { measurement, measuredAt, ...(source !== 'sealed-sensor' && { source }) });
  }
  return {
    last,
    recent: withRecent(patient.recent, reading),
    location: newerLocation(patient.location, location ?? reading.location),
  };
}

function withRecent(recent: readonly Reading[], reading: Reading): readonly Reading[] {
  const at = reading.measuredAt.utcMs;
  const newest = recent.at(-1);
  // Nearly always: the next of a stream.
  if (newest === undefined || newest.measuredAt.utcMs <= at) {
    const next = recent.slice(recent.length < recentReadings ? 0 : 1);
    next.push(reading);
    return next;
  }
  const before = recent.findLastIndex(({ measuredAt }) => measuredAt.utcMs <= at);
  return [...recent.slice(0, before + 1), reading, ...recent.slice(before + 1)].slice(-recentReadings);
}

function newerLocation(before: Location | undefined, now: Location | undefined): Location | undefined {
  if (before === undefined || now === undefined) return now ?? before;
  return now.at >= before.at ? now : before;
}
