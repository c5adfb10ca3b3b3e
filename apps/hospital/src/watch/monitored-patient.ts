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
import { becomesLast, isFromFuture, whatCounts } from './what-counts.ts';

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

/**
 * @param last the newest measurements, taken over: the caller has made them its own
 * @param receivedAt UTC ms on the hospital's clinical clock
 */
export function withReading(
  patient: MonitoredPatient,
  last: OwnLast,
  { location, reading }: Step2Message,
  receivedAt: number,
): Pick<MonitoredPatient, 'last' | 'location' | 'recent'> {
  const measuredAt = reading.measuredAt.utcMs;
  const source = sourceOf(reading);
  const { policy } = patient;
  for (const measurement of whatCounts({ last, policy }, reading, receivedAt)) {
    const value: LastValue = { measurement, measuredAt, ...(source !== 'sealed-sensor' && { source }) };
    const before = last.get(measurement.code);
    if (becomesLast(before, value, { policy, receivedAt })) last.set(measurement.code, value);
  }
  return {
    last,
    recent: withRecent(patient.recent, reading),
    location: newerLocation(patient.location, location ?? reading.location, (at) =>
      isFromFuture(at, policy, receivedAt),
    ),
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

/** A place of a clock that was wrong must not be where the ambulance is sent until then. */
function newerLocation(
  before: Location | undefined,
  now: Location | undefined,
  isAhead: (at: number) => boolean,
): Location | undefined {
  if (before === undefined || now === undefined) return now ?? before;
  return now.at >= before.at || isAhead(before.at) ? now : before;
}
