/**
 * Emergency access: a doctor sees a patient at once who is not theirs, for an hour. The hospital asks for the reason and for
 * nobody's leave, and tells whose patient it is.
 */
import { randomUUID } from 'node:crypto';
import { type BreakGlass, formatIdentity } from '@vitalseal/protocol';
import { HospitalError } from '../errors.ts';
import type { Database } from '../store/batch-statement.ts';
import type { EmergencyAccessRow } from '../store/emergency-accesses.ts';
import type { Store } from '../store/open-store.ts';
import type { MonitoredPatient } from '../watch/monitored-patient.ts';
import type { Ward } from '../watch/ward.ts';

export interface Breaking {
  readonly store: Store;
  readonly ward: Ward;
  /** Identity of the doctor, in its text form. */
  readonly by: string;
  /** UTC ms, the machine's own clock. */
  readonly at: number;
  readonly emergencyMs: number;
}

const leastReason = 10;

/** @throws HospitalError `reason-missing`, `unknown-patient`, `patient-ambiguous` */
export async function breakGlass(
  { store, ward, by, at, emergencyMs }: Breaking,
  { patient: asked, reason: given }: BreakGlass,
  db: Database,
): Promise<EmergencyAccessRow> {
  const reason = given.trim();
  if (reason.length < leastReason) {
    throw new HospitalError('reason-missing', `expected a reason of at least ${leastReason} characters`);
  }
  const patient = find(ward, asked.trim());
  const access: EmergencyAccessRow = {
    id: randomUUID(),
    person: by,
    patient: patient.number,
    reason,
    since: at,
    until: at + emergencyMs,
  };
  await store.emergencies.add(access, db);
  const what = { access: access.id, until: access.until };
  store.audit.append(db, { kind: 'glass-broken', actor: by, patient: formatIdentity(patient.identity), what });
  return access;
}

/** By identity first; who does not know it knows the bed or the name. */
function find(ward: Ward, asked: string): MonitoredPatient {
  const number = ward.numberOf(asked);
  const byId = number === undefined ? undefined : ward.get(number);
  if (byId !== undefined) return byId;
  const folded = asked.toLocaleLowerCase();
  const found = ward
    .admitted()
    .filter(({ name, bed }) => [name, bed].some((text) => text !== '' && text.toLocaleLowerCase() === folded));
  const [first] = found;
  if (first === undefined) throw new HospitalError('unknown-patient', 'expected a patient under our care');
  if (found.length > 1) throw new HospitalError('patient-ambiguous', 'expected the identity of one patient');
  return first;
}
