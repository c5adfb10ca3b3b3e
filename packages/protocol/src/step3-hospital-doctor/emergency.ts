// Emergency access, "break the glass": a doctor who is neither on call nor on the care team sees a patient at once, for an
// hour, gives the reason, and the care team is told.

import { text } from '../wire/field.ts';
import { type Identity, identity } from '../wire/identity.ts';
import { optional } from '../wire/record.ts';
import { utcMs } from '../wire/time.ts';
import { personName } from './clinical-summary.ts';

export interface BreakGlass {
  readonly type: 'break-glass';
  /** The patient's identity, or the exact bed or name: whoever needs it at once knows one of them. */
  readonly patient: string;
  readonly reason: string;
}

export interface EmergencyAccess {
  readonly id: string;
  readonly patient: Identity;
  /** The patient's; left out to those who may not know it. */
  readonly name?: string;
  readonly by: Identity;
  readonly byName: string;
  readonly reason: string;
  /** The machine's clock, as `until`: an access ends in real time, in a replay too. */
  readonly since: number;
  readonly until: number;
}

export interface EmergencyAccessNews extends EmergencyAccess {
  readonly type: 'emergency-access';
}

const emergencyReason = text('a reason', 500);
export const breakGlass = { patient: text('a patient', 256), reason: emergencyReason };
export const emergencyAccess = {
  id: text('an emergency access', 64),
  patient: identity,
  name: optional(personName),
  by: identity,
  byName: personName,
  reason: emergencyReason,
  since: utcMs,
  until: utcMs,
};
