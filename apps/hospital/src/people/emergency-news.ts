/** That somebody broke the glass: told to the care team, to doctors on call, and to auditors without the patient's name. */
import { type EmergencyAccess, parseIdentity } from '@vitalseal/protocol';
import type { EmergencyAccessRow } from '../store/emergency-accesses.ts';
import type { Ward } from '../watch/ward.ts';

/** Undefined where the patient is not under care any more. */
export function emergencyAccess(
  row: EmergencyAccessRow,
  ward: Ward,
  { named }: { named: boolean },
): EmergencyAccess | undefined {
  const patient = ward.get(row.patient);
  if (patient === undefined) return undefined;
  const by = ward.people.find(({ identity }) => identity === row.person);
  return {
    id: row.id,
    patient: patient.identity,
    ...(named ? { name: patient.name } : {}),
    by: parseIdentity(row.person),
    byName: by?.name ?? '',
    reason: row.reason,
    since: row.since,
    until: row.until,
  };
}
