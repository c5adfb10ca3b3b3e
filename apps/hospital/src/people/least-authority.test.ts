import { type StaffRole, staffRoles } from '@vitalseal/protocol';
import { describe, expect, it } from 'vitest';
import {
  mayInOffice,
  mayTowards,
  needsStepUp,
  officeActs,
  patientActs,
  type Standing,
  standings,
} from './least-authority.ts';

/** Every role, act and standing, in the words of the hospital's rules: what is not named here is refused. */
const allowedTowards: { readonly [roleAndAct: string]: readonly Standing[] } = {
  'doctor watch-patient': ['on-call', 'care-team', 'emergency'],
  'doctor read-history': ['on-call', 'care-team', 'emergency'],
  'doctor receive-alarm': ['on-call'],
  'doctor confirm-receipt': ['on-call', 'care-team', 'emergency', 'none'],
  'doctor acknowledge-alarm': ['on-call', 'care-team', 'emergency'],
  'doctor break-glass': ['on-call', 'care-team', 'emergency', 'none'],
  'doctor hear-of-emergency': ['on-call', 'care-team', 'emergency'],
  'ambulance read-history': ['call'],
  'ambulance see-call': ['call'],
  'ambulance answer-call': ['call'],
};

const allowedInOffice: { readonly [R in StaffRole]: readonly string[] } = {
  doctor: [],
  ambulance: [],
  administrator: officeActs.filter((act) => act !== 'read-audit'),
  auditor: ['list-emergencies', 'read-audit'],
};

describe('the least each role may do', () => {
  for (const role of staffRoles) {
    for (const act of patientActs) {
      it(`${role}: ${act}`, () => {
        const allowed = standings.filter((standing) => mayTowards(role, act, standing));
        expect(new Set(allowed)).toEqual(new Set(allowedTowards[`${role} ${act}`] ?? []));
      });
    }
    it(`${role}: the office`, () => {
      expect(officeActs.filter((act) => mayInOffice(role, act))).toEqual(allowedInOffice[role]);
    });
  }

  it('an administrator or an auditor does nothing on a patient, however they stand to them', () => {
    for (const role of ['administrator', 'auditor'] as const) {
      for (const act of patientActs)
        for (const standing of standings) expect(mayTowards(role, act, standing)).toBe(false);
    }
  });

  it('only acts that cannot be taken back ask for an assertion of the moment', () => {
    const asked = officeActs.filter(needsStepUp);
    expect(asked).toEqual(['remove-person', 'invite-person', 'remove-passkey', 'terminate-card']);
    // A lost device is shut out at once.
    expect(needsStepUp('revoke-session')).toBe(false);
  });
});
