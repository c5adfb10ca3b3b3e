import type { Identity } from '@vitalseal/protocol';
import type { Patient, Ward } from './ward.ts';

/** Known from an alarm before the summary came: shown by what is known, since an alarm must not wait for a name. */
export function patientOf(ward: Ward, { id }: Identity, name = id): Patient {
  return ward.patients.get(id) ?? { id, name, scale: 1, series: new Map() };
}

export function withPatient(ward: Ward, patient: Patient): ReadonlyMap<string, Patient> {
  return new Map(ward.patients).set(patient.id, patient);
}
