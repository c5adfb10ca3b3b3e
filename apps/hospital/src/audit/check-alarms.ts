/**
 * Alarms and patients held against the log: an alarm that was closed, answered, lowered, moved or removed in the database by hand
 * falls silent, and of a patient who was discharged there nothing more is taken. Both are found.
 */
import type { AuditEntry } from '@vitalseal/audit';
import type { Database } from '../store/batch-statement.ts';
import { patientName } from './acts.ts';
import type { KeyFinding } from './check-reading-keys.ts';

interface LoggedAlarm {
  readonly patient: string;
  readonly priority: string;
  /** As of its last entry; undefined where that does not say it: of a release before, or of a patient who was erased. */
  readonly state: string | undefined;
}

export class AlarmCheck {
  readonly #database: Database;
  readonly #find: (finding: KeyFinding) => void;
  readonly #alarms = new Map<string, LoggedAlarm>();
  /** Of each patient whose coming or going the log has: whether they are under care. */
  readonly #underCare = new Map<string, boolean>();

  constructor(database: Database, find: (finding: KeyFinding) => void) {
    this.#database = database;
    this.#find = find;
  }

  take({ kind, patient = '', refused, what }: AuditEntry): void {
    if (refused !== undefined) return;
    switch (kind) {
      case 'alarm-raised':
      case 'alarm-received':
      case 'alarm-acknowledged':
      case 'alarm-changed': {
        const id = String(what?.alarm);
        const priority = what?.priority ?? this.#alarms.get(id)?.priority;
        const state = typeof what?.state === 'string' ? what.state : undefined;
        this.#alarms.set(id, { patient, priority: String(priority), state });
        break;
      }
      case 'patient-admitted':
        this.#underCare.set(patient, true);
        break;
      case 'patient-discharged':
        this.#underCare.set(patient, false);
        break;
      case 'patient-erased':
        this.#underCare.set(patient, false);
        for (const [id, alarm] of this.#alarms) {
          if (alarm.patient === patient) this.#alarms.set(id, { ...alarm, state: undefined });
        }
    }
  }

  async end(): Promise<void> {
    await this.#compareAlarms();
    await this.#comparePatients();
  }

  async #compareAlarms(): Promise<void> {
    const rows = await this.#database
      .selectFrom('alarms')
      .leftJoin('patients', 'patients.number', 'alarms.patient')
      .select(['alarms.id', 'alarms.priority', 'alarms.state', 'alarms.closed_at', 'patients.identity'])
      .execute();
    const stored = new Map(rows.map((row) => [row.id, row]));
    for (const [id, { patient, priority, state }] of this.#alarms) {
      const what = `the alarm ${id} of ${patient}`;
      const row = stored.get(id);
      if (row === undefined) {
        this.#find({ damage: 'removed', line: `${what} was removed from the store by hand` });
        continue;
      }
      const isElsewhere = row.identity === null || patientName(row.identity) !== patient;
      const isChanged =
        state !== undefined && (row.state !== state || (row.closed_at !== null) !== (state === 'resolved'));
      if (isElsewhere || row.priority !== priority || isChanged) {
        const line = `${what} was edited in the store: its state, its priority or whose it is`;
        this.#find({ damage: 'edited', line });
      }
    }
  }

  async #comparePatients(): Promise<void> {
    const rows = await this.#database.selectFrom('patients').select(['identity', 'discharged_at']).execute();
    const stored = new Map(rows.map((row) => [patientName(row.identity), row.discharged_at === null]));
    for (const [patient, isUnderCare] of this.#underCare) {
      const found = stored.get(patient);
      if (found === undefined) this.#find({ damage: 'removed', line: `${patient} was removed from the store by hand` });
      else if (found !== isUnderCare) {
        const deed = isUnderCare ? 'discharged' : 'taken under care again';
        this.#find({ damage: 'edited', line: `${patient} was ${deed} in the store by hand` });
      }
    }
  }
}
