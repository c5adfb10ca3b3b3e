// Who comes first. Open alarms before scores, because an alarm says that something changed; a patient of whom nothing is
// known stands above every low score, because nothing known is not the same as nothing wrong.
import type { AlarmPriority } from '@vitalseal/protocol';
import { type Alarm, isOpen, needsSomeone, type Patient, type Ward } from './ward.ts';

const urgency: Record<AlarmPriority, number> = { high: 3, medium: 2, low: 1 };
const riskRank = { high: 5, medium: 4, 'low-medium': 3, unknown: 2, low: 1 } as const;

export function patientsByAcuity(ward: Ward): Patient[] {
  const alarms = Map.groupBy(ward.alarms.values(), (alarm) => alarm.patient);
  const ranked = [...ward.patients.values()].map((patient) => ({
    patient,
    rank: rank(patient, alarms.get(patient.id) ?? []),
  }));
  ranked.sort((a, b) => compareRanks(a.rank, b.rank) || a.patient.name.localeCompare(b.patient.name));
  return ranked.map(({ patient }) => patient);
}

/** Alarms in the order in which a person should read them: unanswered first, then by priority, then the newest. */
export function alarmsByUrgency(alarms: Iterable<Alarm>): Alarm[] {
  return [...alarms].sort(
    (a, b) =>
      Number(needsSomeone(b)) - Number(needsSomeone(a)) ||
      Number(isOpen(b)) - Number(isOpen(a)) ||
      urgency[b.priority] - urgency[a.priority] ||
      b.raisedAt - a.raisedAt,
  );
}

export function highestPriority(alarms: Iterable<Pick<Alarm, 'priority'>>): AlarmPriority | undefined {
  let highest: AlarmPriority | undefined;
  for (const alarm of alarms) {
    if (highest === undefined || urgency[alarm.priority] > urgency[highest]) highest = alarm.priority;
  }
  return highest;
}

/** Compared from left to right, larger first. */
function rank(patient: Patient, alarms: readonly Alarm[]): readonly number[] {
  const unanswered = highestPriority(alarms.filter(needsSomeone));
  const open = highestPriority(alarms.filter(isOpen));
  const { news2 } = patient;
  return [
    unanswered === undefined ? 0 : urgency[unanswered],
    open === undefined ? 0 : urgency[open],
    riskRank[news2 === undefined || news2.known === 0 ? 'unknown' : news2.risk],
    news2?.total ?? 0,
    -(news2?.known ?? 0),
  ];
}

function compareRanks(a: readonly number[], b: readonly number[]): number {
  for (let i = 0; i < a.length; i += 1) {
    const difference = (b[i] ?? 0) - (a[i] ?? 0);
    if (difference !== 0) return difference;
  }
  return 0;
}
