// What a device and the hospital say of the session that their channel belongs to, whoever's device it is: doctor's,
// crew's, administrator's, auditor's. A session is one sign-in; it is locked when nobody uses the device, and ends.

import type { Bytes } from '../bytes.ts';
import { boolean, bytes, type Field, integer, list, oneOf, text } from '../wire/field.ts';
import { type Identity, identity } from '../wire/identity.ts';
import { sequence } from '../wire/reading.ts';
import { optional, record } from '../wire/record.ts';
import { utcMs } from '../wire/time.ts';
import { personName } from './clinical-summary.ts';

/** A person uses the device: without a word of that for a while the hospital locks the session. */
export interface Activity {
  readonly type: 'activity';
}

/** Locked by hand. */
export interface Lock {
  readonly type: 'lock';
}

export const assertionPurposes = ['unlock', 'step-up'] as const;
export type AssertionPurpose = (typeof assertionPurposes)[number];

/** Asks for what a passkey is to sign (WebAuthn), to open a locked session or before a dangerous deed. */
export interface ChallengeRequest {
  readonly type: 'challenge';
  readonly for: AssertionPurpose;
}

export interface Assertion {
  readonly type: 'assertion';
  readonly for: AssertionPurpose;
  /** AuthenticationResponseJSON of WebAuthn; empty where no passkey is asked for. */
  readonly response: string;
}

export interface SignOut {
  readonly type: 'sign-out';
}

/** A person's own, wherever they are signed in. */
export interface MySessionsRequest {
  readonly type: 'my-sessions';
}

/** Ends one of the person's own. */
export interface EndSession {
  readonly type: 'end-session';
  readonly session: string;
}

/** Of the person's own; an administrator removes anybody's. */
export interface RemovePasskey {
  readonly type: 'remove-passkey';
  readonly passkey: Bytes;
}

export type SessionToHospital =
  | Activity
  | Lock
  | ChallengeRequest
  | Assertion
  | SignOut
  | MySessionsRequest
  | EndSession
  | RemovePasskey;

export const sessionId = text('a session', 64);
const credentialId = bytes('a credential', 1, 1023);

export const sessionToHospital = {
  activity: {},
  lock: {},
  challenge: { for: oneOf('a purpose', assertionPurposes) },
  assertion: { for: oneOf('a purpose', assertionPurposes), response: text('an assertion', 6000) },
  'sign-out': {},
  'my-sessions': {},
  'end-session': { session: sessionId },
  'remove-passkey': { passkey: credentialId },
};

/** The first record of a stream. */
export interface Welcome {
  readonly type: 'welcome';
  readonly hospital: Identity;
  readonly name?: string;
  readonly at: number;
  /** Hospital time per real time: 1, except in a replay faster than life. */
  readonly clockSpeed: number;
  /** The hospital's keys lie in files, not in a TPM: its people are told. */
  readonly softwareKeys?: boolean;
}

/** All that the hospital had when the stream began has been sent. */
export interface Complete {
  readonly type: 'complete';
  readonly at: number;
}

export const sessionMethods = ['passkey', 'link'] as const;
export type SessionMethod = (typeof sessionMethods)[number];

/** Follows each `welcome`. But for `at` its times are the machine's: sessions age in real time, in a replay too. */
export interface SessionNews {
  readonly type: 'session';
  readonly session: string;
  readonly person: Identity;
  readonly name: string;
  readonly method: SessionMethod;
  readonly openedAt: number;
  readonly expiresAt: number;
  /** Without a word of a person for so many ms it is locked; 0 where it never is. */
  readonly idleMs: number;
  /** For so many ms after an assertion dangerous deeds are open. */
  readonly stepUpMs: number;
  readonly verifiedAt: number;
  readonly at: number;
}

/**
 * In place of everything else while the session is locked: that alarms wait, by priority, and nothing of whose. Sent
 * again with each change, so that a locked device is not silent.
 */
export interface Locked {
  readonly type: 'locked';
  readonly since: number;
  /** Alarms of what this person may see that nobody has acknowledged. */
  readonly high: number;
  readonly medium: number;
  readonly low: number;
  /** Calls offered to or taken by this crew. */
  readonly calls: number;
  readonly at: number;
}

export const sessionEnds = ['expired', 'signed-out', 'revoked', 'removed'] as const;
export type SessionEnd = (typeof sessionEnds)[number];

/** The last record of a stream. */
export interface SessionEnded {
  readonly type: 'session-ended';
  readonly reason: SessionEnd;
  readonly at: number;
}

/** Answers `challenge`. */
export interface Challenge {
  readonly type: 'challenge';
  readonly to: number;
  /** False where people sign in by links: then an empty assertion is the answer. */
  readonly passkey: boolean;
  readonly challenge: Bytes;
  readonly rpId: string;
  /** Credential identifiers of this person's passkeys. */
  readonly credentials: readonly Bytes[];
}

export interface Passkey {
  readonly passkey: Bytes;
  readonly label: string;
  readonly registeredAt: number;
  readonly usedAt?: number;
}

export interface OpenSession {
  readonly session: string;
  readonly person: Identity;
  readonly name: string;
  readonly method: SessionMethod;
  readonly openedAt: number;
  readonly expiresAt: number;
  readonly activeAt: number;
  readonly locked: boolean;
  /** Its device listens now. */
  readonly connected: boolean;
}

/** Answers `my-sessions`. */
export interface MySessions {
  readonly type: 'my-sessions';
  readonly to: number;
  readonly sessions: readonly OpenSession[];
  readonly passkeys: readonly Passkey[];
}

/** The answer to one record of the device. */
export interface Result {
  readonly type: 'result';
  /** The counter of the record that is answered, so that answers cannot be exchanged on the way. */
  readonly to: number;
  readonly ok: boolean;
  /** Why not: an error code. */
  readonly code?: string;
}

const count = integer('a count', 0, 1_000_000);
const duration = integer('milliseconds', 0, 366 * 86_400_000);

export const passkey: Field<Passkey> = record<Passkey>('a passkey', {
  passkey: credentialId,
  label: text('a label', 64),
  registeredAt: utcMs,
  usedAt: optional(utcMs),
});

export const openSession: Field<OpenSession> = record<OpenSession>('a session', {
  session: sessionId,
  person: identity,
  name: personName,
  method: oneOf('a method', sessionMethods),
  openedAt: utcMs,
  expiresAt: utcMs,
  activeAt: utcMs,
  locked: boolean,
  connected: boolean,
});

export type SessionFromHospital =
  | Welcome
  | Complete
  | SessionNews
  | Locked
  | SessionEnded
  | Challenge
  | MySessions
  | Result;

export const sessionFromHospital = {
  welcome: {
    hospital: identity,
    name: optional(personName),
    at: utcMs,
    clockSpeed: integer('a clock speed', 1, 1_000_000),
    softwareKeys: optional(boolean),
  },
  complete: { at: utcMs },
  session: {
    session: sessionId,
    person: identity,
    name: personName,
    method: oneOf('a method', sessionMethods),
    openedAt: utcMs,
    expiresAt: utcMs,
    idleMs: duration,
    stepUpMs: duration,
    verifiedAt: utcMs,
    at: utcMs,
  },
  locked: { since: utcMs, high: count, medium: count, low: count, calls: count, at: utcMs },
  'session-ended': { reason: oneOf('an end', sessionEnds), at: utcMs },
  challenge: {
    to: sequence,
    passkey: boolean,
    challenge: bytes('a challenge', 0, 128),
    rpId: text('a relying party', 253),
    credentials: list('credentials', credentialId, 0, 32),
  },
  'my-sessions': {
    to: sequence,
    sessions: list('sessions', openSession, 0, 256),
    passkeys: list('passkeys', passkey, 0, 32),
  },
  result: { to: sequence, ok: boolean, code: optional(text('a code', 64)) },
};
