// What the device of an administrator or an auditor says. They have a codec of their own: there is no word in it for
// asking after a reading.

import { boolean, integer, list, text } from '../wire/field.ts';
import { type Identity, identity } from '../wire/identity.ts';
import { codec, optional, union } from '../wire/record.ts';
import { utcMs } from '../wire/time.ts';
import { personName } from './clinical-summary.ts';
import { type Subscribe, subscribe } from './doctor-to-hospital.ts';
import { type SessionToHospital, sessionId, sessionToHospital } from './session.ts';

/** Each asks for a list; the answer has the same type. */
export interface PeopleRequest {
  readonly type: 'people';
}
export interface SessionsRequest {
  readonly type: 'sessions';
}
export interface CareTeamsRequest {
  readonly type: 'care-teams';
}
export interface DevicesRequest {
  readonly type: 'devices';
}

/** Puts a person on the hospital's books, or changes what is said of them there. */
export interface RegisterPerson {
  readonly type: 'register';
  readonly person: Identity;
  readonly name: string;
  /** 1 is called first. */
  readonly tier: number;
  readonly onCall: boolean;
}

/** Ends their sessions, passkeys and invitations; the identity is never given to anyone else. */
export interface RemovePerson {
  readonly type: 'remove';
  readonly person: Identity;
}

/** Asks for a one-time link by which the person registers a passkey. */
export interface InvitePerson {
  readonly type: 'invite';
  readonly person: Identity;
}

/** Their open invitations. */
export interface WithdrawInvitations {
  readonly type: 'withdraw';
  readonly person: Identity;
}

export interface RevokeSession {
  readonly type: 'revoke-session';
  readonly session: string;
}

/** All of their sessions and open invitations. */
export interface RevokePerson {
  readonly type: 'revoke-person';
  readonly person: Identity;
}

/** Who looks after a patient, in place of who did. */
export interface SetCareTeam {
  readonly type: 'care-team';
  readonly patient: Identity;
  /** Doctors. */
  readonly team: readonly Identity[];
}

export interface TerminateCard {
  readonly type: 'terminate-card';
  readonly card: string;
}

export interface EmergenciesRequest {
  readonly type: 'emergencies';
  readonly from: number;
}

/** The newest entries of the audit log before one of them. */
export interface AuditRequest {
  readonly type: 'audit';
  readonly before?: number;
  readonly limit: number;
}

/** The whole log for verification, in parts asked for in order; part 0 begins a fresh export. */
export interface AuditExportRequest {
  readonly type: 'audit-export';
  readonly part: number;
}

export type OfficeToHospital =
  | SessionToHospital
  | Subscribe
  | PeopleRequest
  | SessionsRequest
  | CareTeamsRequest
  | DevicesRequest
  | RegisterPerson
  | RemovePerson
  | InvitePerson
  | WithdrawInvitations
  | RevokeSession
  | RevokePerson
  | SetCareTeam
  | TerminateCard
  | EmergenciesRequest
  | AuditRequest
  | AuditExportRequest;

export const tier = integer('a tier', 1, 9);
export const card = text('a card', 64);
export const team = list('a care team', identity, 0, 64);
export const entryIndex = integer('an entry', 0, Number.MAX_SAFE_INTEGER);

/** Both throw ProtocolError; at most 8 KiB. */
export const { encode: encodeOfficeToHospital, decode: decodeOfficeToHospital } = codec(
  union<OfficeToHospital>('a message of the office', {
    ...sessionToHospital,
    subscribe,
    people: {},
    sessions: {},
    'care-teams': {},
    devices: {},
    register: { person: identity, name: personName, tier, onCall: boolean },
    remove: { person: identity },
    invite: { person: identity },
    withdraw: { person: identity },
    'revoke-session': { session: sessionId },
    'revoke-person': { person: identity },
    'care-team': { patient: identity, team },
    'terminate-card': { card },
    emergencies: { from: utcMs },
    audit: { before: optional(entryIndex), limit: integer('a number of entries', 1, 200) },
    'audit-export': { part: entryIndex },
  }),
  8192,
);
