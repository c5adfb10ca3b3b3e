/**
 * The least that each role may do, in one table: every deed of a person is asked here and nowhere else. What a deed on a
 * patient's data needs beside the role is how the person stands to that patient.
 */
import type { StaffRole } from '@vitalseal/protocol';

export const standings = ['on-call', 'care-team', 'emergency', 'call', 'none'] as const;
/**
 * How somebody stands to a patient: a doctor on call, on the care team, or with emergency access; a crew with a call that is
 * offered to it or its own.
 */
export type Standing = (typeof standings)[number];

const towardsPatients = {
  /** Names, values, scores, alarms of the patient, as they come. */
  'watch-patient': { doctor: ['on-call', 'care-team', 'emergency'] },
  'read-history': { doctor: ['on-call', 'care-team', 'emergency'], ambulance: ['call'] },
  /** The notice itself: whoever is called. */
  'receive-alarm': { doctor: ['on-call'] },
  'confirm-receipt': { doctor: ['on-call', 'care-team', 'emergency', 'none'] },
  'acknowledge-alarm': { doctor: ['on-call', 'care-team', 'emergency'] },
  'see-call': { ambulance: ['call'] },
  'answer-call': { ambulance: ['call'] },
  'break-glass': { doctor: ['none', 'care-team', 'on-call', 'emergency'] },
  /** That somebody broke the glass, and why. */
  'hear-of-emergency': { doctor: ['on-call', 'care-team', 'emergency'] },
} as const satisfies { readonly [act: string]: { readonly [R in StaffRole]?: readonly Standing[] } };

const ofTheOffice = {
  'list-people': ['administrator'],
  'register-person': ['administrator'],
  'remove-person': ['administrator'],
  'invite-person': ['administrator'],
  'remove-passkey': ['administrator'],
  'list-sessions': ['administrator'],
  'revoke-session': ['administrator'],
  'list-care-teams': ['administrator'],
  'set-care-team': ['administrator'],
  'list-devices': ['administrator'],
  'terminate-card': ['administrator'],
  'list-emergencies': ['administrator', 'auditor'],
  'read-audit': ['auditor'],
} as const satisfies { readonly [act: string]: readonly StaffRole[] };

export type PatientAct = keyof typeof towardsPatients;
export type OfficeAct = keyof typeof ofTheOffice;
export const patientActs = Object.keys(towardsPatients) as PatientAct[];
export const officeActs = Object.keys(ofTheOffice) as OfficeAct[];

/** What nobody does without having proved just now who they are. */
const dangerous: ReadonlySet<OfficeAct> = new Set([
  'remove-person',
  'invite-person',
  'remove-passkey',
  'terminate-card',
]);

export function mayTowards(role: StaffRole, act: PatientAct, standing: Standing): boolean {
  const needed: { readonly [R in StaffRole]?: readonly Standing[] } = towardsPatients[act];
  return needed[role]?.includes(standing) ?? false;
}

export function mayInOffice(role: StaffRole, act: OfficeAct): boolean {
  const roles: readonly StaffRole[] = ofTheOffice[act];
  return roles.includes(role);
}

export function needsStepUp(act: OfficeAct): boolean {
  return dangerous.has(act);
}
