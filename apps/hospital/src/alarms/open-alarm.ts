/** An alarm that people have yet to be done with, as memory and store keep it. */
import { type Alarm, escalationDueAt, type OpenAlarm } from '@vitalseal/clinical';
import { decodeAlarmNotice } from '@vitalseal/protocol';
import type { AlarmRow } from '../store/alarms.ts';

export interface OpenAlarmRecord {
  readonly alarm: OpenAlarm;
  /** Why it was raised, in words. */
  readonly reasons: readonly string[];
}

/** The part of an alarm's row that its life changes. */
export function lifeColumns(alarm: Alarm): Pick<AlarmRow, 'state' | 'due_at' | 'closed_at' | 'life'> {
  return {
    state: alarm.state,
    due_at: escalationDueAt(alarm),
    closed_at: alarm.state === 'resolved' ? alarm.resolvedAt : null,
    life: JSON.stringify(alarm),
  };
}

/** Only for rows that this hospital wrote. Without its notice an alarm still escalates and can still be answered. */
export function openAlarmOf(row: AlarmRow, onProblem: (error: unknown) => void): OpenAlarmRecord | undefined {
  const alarm = JSON.parse(row.life) as Alarm;
  if (alarm.state === 'resolved') return undefined;
  try {
    return { alarm, reasons: decodeAlarmNotice(row.notice).reasons };
  } catch (error) {
    onProblem(error);
    return { alarm, reasons: [] };
  }
}
