// What the hospital says to the device of an administrator or an auditor: people, sessions, devices, care teams, the audit
// log. There is no word in it for a reading, a score or a place.

import { boolean, type Field, integer, list, oneOf, text } from '../wire/field.ts';
import { type Identity, identity } from '../wire/identity.ts';
import { sequence } from '../wire/reading.ts';
import { codec, optional, record, union } from '../wire/record.ts';
import { utcMs } from '../wire/time.ts';
import { personName } from './clinical-summary.ts';
import { type EmergencyAccess, type EmergencyAccessNews, emergencyAccess } from './emergency.ts';
import { card, entryIndex, team, tier } from './office-to-hospital.ts';
import {
  type OpenSession,
  openSession,
  type Passkey,
  passkey,
  type SessionFromHospital,
  sessionFromHospital,
} from './session.ts';

export const officeTopics = ['people', 'sessions', 'care-teams', 'devices', 'emergencies', 'audit'] as const;
export type OfficeTopic = (typeof officeTopics)[number];

/** Whoever shows it asks for it again. */
export interface Changed {
  readonly type: 'changed';
  readonly what: OfficeTopic;
}

/** Who is there to see alarms: with nobody `Seeing`, nobody who is signed in does. */
export interface Watch {
  readonly type: 'watch';
  readonly doctorsOnCall: number;
  readonly doctorsSeeing: number;
  readonly crewsOnCall: number;
  readonly crewsSeeing: number;
  readonly at: number;
}

export interface Person {
  readonly person: Identity;
  readonly name: string;
  readonly tier: number;
  readonly onCall: boolean;
  /** Of an open invitation. */
  readonly invitedUntil?: number;
  readonly sessions: number;
  readonly passkeys: readonly Passkey[];
}

export interface People {
  readonly type: 'people';
  readonly to: number;
  readonly people: readonly Person[];
}

export interface InvitationLink {
  readonly type: 'invitation';
  readonly to: number;
  readonly person: Identity;
  /** Shown once: the hospital keeps its hash. */
  readonly link: string;
  readonly expiresAt: number;
}

export interface Sessions {
  readonly type: 'sessions';
  readonly to: number;
  readonly sessions: readonly OpenSession[];
}

export interface CareTeam {
  readonly patient: Identity;
  readonly name: string;
  readonly team: readonly Identity[];
}

export interface CareTeams {
  readonly type: 'care-teams';
  readonly to: number;
  readonly patients: readonly CareTeam[];
}

export interface PatientCard {
  readonly card: string;
  readonly patient: Identity;
  readonly stage: string;
  readonly invitedAt: number;
  readonly seenAt?: number;
}

export interface Devices {
  readonly type: 'devices';
  readonly to: number;
  readonly cards: readonly PatientCard[];
}

export interface Emergencies {
  readonly type: 'emergencies';
  readonly to: number;
  readonly accesses: readonly EmergencyAccess[];
}

export interface AuditEntry {
  readonly index: number;
  readonly at: number;
  /** As it stands in the log, in JSON. */
  readonly text: string;
}

export interface AuditPage {
  readonly type: 'audit';
  readonly to: number;
  /** Entries in the whole log. */
  readonly size: number;
  /** Newest first. */
  readonly entries: readonly AuditEntry[];
}

/** Lines of an export as `vitalseal audit verify` reads them, to be joined by line feeds. */
export interface AuditExportPart {
  readonly type: 'audit-export';
  readonly to: number;
  readonly lines: readonly string[];
  /** Another part follows. */
  readonly more: boolean;
}

export type HospitalToOffice =
  | SessionFromHospital
  | Changed
  | Watch
  | People
  | InvitationLink
  | Sessions
  | CareTeams
  | Devices
  | Emergencies
  | AuditPage
  | AuditExportPart
  | EmergencyAccessNews;

const count = integer('a count', 0, 1_000_000);

const person: Field<Person> = record<Person>('a person', {
  person: identity,
  name: personName,
  tier,
  onCall: boolean,
  invitedUntil: optional(utcMs),
  sessions: count,
  passkeys: list('passkeys', passkey, 0, 32),
});

const patientCard: Field<PatientCard> = record<PatientCard>('a card', {
  card,
  patient: identity,
  stage: text('a stage', 64),
  invitedAt: utcMs,
  seenAt: optional(utcMs),
});

/** Both throw ProtocolError; at most 960 KiB. */
export const { encode: encodeHospitalToOffice, decode: decodeHospitalToOffice } = codec(
  union<HospitalToOffice>('a message to the office', {
    ...sessionFromHospital,
    changed: { what: oneOf('a topic', officeTopics) },
    watch: { doctorsOnCall: count, doctorsSeeing: count, crewsOnCall: count, crewsSeeing: count, at: utcMs },
    people: { to: sequence, people: list('people', person, 0, 4096) },
    invitation: { to: sequence, person: identity, link: text('a link', 2048), expiresAt: utcMs },
    sessions: { to: sequence, sessions: list('sessions', openSession, 0, 4096) },
    'care-teams': {
      to: sequence,
      patients: list(
        'patients',
        record<CareTeam>('a care team', { patient: identity, name: personName, team }),
        0,
        4096,
      ),
    },
    devices: { to: sequence, cards: list('cards', patientCard, 0, 4096) },
    emergencies: {
      to: sequence,
      accesses: list('accesses', record<EmergencyAccess>('an access', emergencyAccess), 0, 1024),
    },
    audit: {
      to: sequence,
      size: entryIndex,
      entries: list(
        'entries',
        record<AuditEntry>('an entry', { index: entryIndex, at: utcMs, text: text('an entry', 4096) }),
        0,
        200,
      ),
    },
    'audit-export': {
      to: sequence,
      lines: list('lines', text('a line', 768 * 1024), 0, 8192),
      more: boolean,
    },
    'emergency-access': emergencyAccess,
  }),
  960 * 1024,
);
