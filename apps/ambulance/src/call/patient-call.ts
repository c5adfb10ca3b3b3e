// One call as a crew sees it: one patient, however many alarms called. The hospital opens a call for each alarm; a crew
// drives once.
import type { Dispatch, ScoredVital, Series } from '@vitalseal/clinician';
import type { AlarmPriority, DispatchState, Location, News2Summary } from '@vitalseal/protocol';

export interface PatientCall {
  /** Of the patient. */
  readonly id: string;
  readonly name: string;
  readonly priority: AlarmPriority;
  readonly reasons: readonly string[];
  /** How far the crew is; alarms that came later do not set it back. */
  readonly state: DispatchState;
  readonly since: number;
  /** Called while the crew was already under way, and not accepted yet. */
  readonly added: readonly Dispatch[];
  readonly members: readonly Dispatch[];
  readonly series: Dispatch['series'];
  readonly news2?: News2Summary;
  readonly location?: Location;
  readonly changing: boolean;
}

export const callStates: readonly DispatchState[] = ['offered', 'accepted', 'en-route', 'on-scene', 'closed'];
const urgency: Record<AlarmPriority, number> = { high: 0, medium: 1, low: 2 };
const progress = (state: DispatchState): number => callStates.indexOf(state);

export const isActive = ({ state }: { readonly state: DispatchState }): boolean => state !== 'closed';

/** Active before closed; among the active, what nobody accepted yet first, then the most urgent. */
export function callsByUrgency(dispatches: Iterable<Dispatch>): PatientCall[] {
  const calls = [...Map.groupBy(dispatches, ({ patient }) => patient)].map(([id, all]) => callOf(id, all));
  return calls.sort(
    (a, b) =>
      Number(isActive(b)) - Number(isActive(a)) ||
      Number(b.state === 'offered') - Number(a.state === 'offered') ||
      urgency[a.priority] - urgency[b.priority] ||
      b.since - a.since,
  );
}

function callOf(id: string, all: readonly Dispatch[]): PatientCall {
  const active = all.filter(isActive);
  const members = (active.length > 0 ? active : all).toSorted((a, b) => urgency[a.priority] - urgency[b.priority]);
  const furthest = members.reduce((a, b) => (progress(b.state) > progress(a.state) ? b : a));
  const [first = furthest] = members;
  const { state } = furthest;
  const news2 = members.find((member) => member.news2 !== undefined)?.news2;
  const location = members.reduce<Location | undefined>((found, member) => later(found, member.location), undefined);
  return {
    id,
    name: first.name,
    priority: first.priority,
    reasons: [...new Set(members.flatMap(({ reasons }) => reasons))],
    state,
    since: Math.min(...members.filter((member) => member.state === state).map(({ at }) => at)),
    added: state === 'offered' ? [] : members.filter((member) => member.state === 'offered'),
    members,
    series: members.map(({ series }) => series).reduce((a, b) => (samplesIn(b) > samplesIn(a) ? b : a)),
    ...(news2 && { news2 }),
    ...(location && { location }),
    changing: members.some((member) => member.changing === true),
  };
}

/** Each step that brings a member of the call to a state; the hospital wants a call accepted before anything else. */
export function stepsTo(members: readonly Dispatch[], to: DispatchState): { id: string; state: DispatchState }[] {
  return members
    .filter((member) => progress(member.state) < progress(to))
    .flatMap(({ id, state }) => [
      ...(state === 'offered' && to !== 'accepted' ? [{ id, state: 'accepted' as const }] : []),
      { id, state: to },
    ]);
}

function later(a: Location | undefined, b: Location | undefined): Location | undefined {
  return a === undefined || (b !== undefined && b.at > a.at) ? b : a;
}

function samplesIn(series: ReadonlyMap<ScoredVital | 'diastolic', Series>): number {
  return [...series.values()].reduce((count, { samples }) => count + samples.length, 0);
}
