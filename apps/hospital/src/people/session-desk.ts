/** What anyone asks of their own session: that it is used, locked, unlocked by a passkey, proved anew, ended. */
import { randomBytes } from 'node:crypto';
import {
  type Assertion,
  type Bytes,
  type Challenge,
  type DoctorToHospital,
  type MySessions,
  type OfficeToHospital,
  type OpenSession,
  type Passkey,
  parseIdentity,
  type SessionToHospital,
} from '@vitalseal/protocol';
import { HospitalError } from '../errors.ts';
import type { Session } from '../sessions/session.ts';
import type { Sessions } from '../sessions/sessions.ts';
import type { Assertions } from '../sign-in/assertions.ts';
import { Ceremonies } from '../sign-in/ceremonies.ts';
import { base64url } from '../sign-in/passkey-answers.ts';
import { parseAssertion } from '../sign-in/read-request.ts';
import type { RelyingParty } from '../sign-in/relying-party.ts';
import type { Database } from '../store/batch-statement.ts';
import type { Store } from '../store/open-store.ts';
import type { PasskeyRow } from '../store/passkeys.ts';
import type { Moment } from '../watch/moment.ts';
import { type Deed, done } from './deed.ts';
import type { LiveFeeds } from './live-feeds.ts';
import { removePasskey } from './person-register.ts';

export interface SessionDeskOptions {
  readonly store: Store;
  readonly sessions: Sessions;
  readonly assertions: Assertions;
  readonly feeds: LiveFeeds;
  readonly party: () => RelyingParty;
  /** UTC ms, the machine's own clock. */
  readonly machineNow: () => number;
}

const ofSessions: ReadonlySet<string> = new Set<SessionToHospital['type']>([
  'activity',
  'lock',
  'challenge',
  'assertion',
  'sign-out',
  'my-sessions',
  'end-session',
  'remove-passkey',
]);

/** What is heard of a locked session: how to open it, its end, and the receipts that it owed. */
const heardWhileLocked: ReadonlySet<string> = new Set(['lock', 'challenge', 'assertion', 'sign-out', 'receipt']);

/** What a person does, and not their device by itself. */
const doneByItself: ReadonlySet<string> = new Set<DoctorToHospital['type'] | OfficeToHospital['type']>([
  'subscribe',
  'receipt',
  'history',
  'my-sessions',
  // A page asks for its lists again whenever it is told that they have changed.
  'people',
  'sessions',
  'care-teams',
  'devices',
  'emergencies',
  'audit',
  'audit-export',
]);

export function isOfSession(message: { readonly type: string }): message is SessionToHospital {
  return ofSessions.has(message.type);
}

export class SessionDesk {
  readonly #options: SessionDeskOptions;
  readonly #challenges: Ceremonies<Bytes>;

  constructor(options: SessionDeskOptions) {
    this.#options = options;
    this.#challenges = new Ceremonies({ now: options.machineNow });
  }

  /** @throws HospitalError `session-locked` */
  expectHeard(session: Session, { type }: { readonly type: string }): void {
    if (session.lockedAt !== null && !heardWhileLocked.has(type)) {
      throw new HospitalError('session-locked', 'expected a session that is unlocked');
    }
    if (!doneByItself.has(type)) this.#options.sessions.touch(session);
  }

  /** @throws HospitalError `step-up-required` */
  expectProved(session: Session): void {
    const { sessions, machineNow } = this.#options;
    if (session.verifiedAt + sessions.settings.stepUpMs > machineNow()) return;
    throw new HospitalError('step-up-required', "expected a passkey's word of the last minutes");
  }

  async do(
    { db }: Moment,
    session: Session,
    sequence: number,
    message: Exclude<SessionToHospital, Assertion>,
  ): Promise<Deed> {
    const { sessions, feeds } = this.#options;
    switch (message.type) {
      case 'activity':
        return done;
      case 'lock':
        return session.lockedAt === null ? { after: await sessions.lock(session, db) } : done;
      case 'challenge':
        return { answer: await this.#challenge(db, session, sequence, message.for) };
      case 'sign-out':
        return { after: await sessions.end([session], { reason: 'signed-out', actor: session.person }, db) };
      case 'my-sessions':
        return { answer: await this.#mine(db, session, sequence) };
      case 'end-session': {
        const own = sessions.ofPerson(session.person).find(({ id }) => id === message.session);
        if (own === undefined) throw new HospitalError('unknown-session', 'expected an open session of your own');
        const after = await sessions.end([own], { reason: 'revoked', actor: session.person }, db);
        return {
          after: () => {
            after();
            feeds.tellOffice('sessions');
          },
        };
      }
      case 'remove-passkey':
        this.expectProved(session);
        return this.removePasskey({ db }, message.passkey, session.person, session);
    }
  }

  /**
   * What it opened ends with it.
   * @param own the session of whoever removes their own: it goes on; left out, anyone's passkey is removed
   */
  async removePasskey({ db }: Pick<Moment, 'db'>, passkey: Bytes, actor: string, own?: Session): Promise<Deed> {
    const { store, sessions, feeds, machineNow } = this.#options;
    const found = await store.passkeys.find(base64url(passkey), db);
    if (found === undefined || (own !== undefined && found.person !== own.person)) {
      throw new HospitalError('unknown-passkey', 'expected a passkey that is in use');
    }
    const removing = { passkey: found, actor, at: machineNow(), keeping: own?.id };
    const ended = await removePasskey(store, removing, db);
    return {
      after: () => {
        sessions.forget(ended, 'revoked');
        feeds.tellOffice('people');
      },
    };
  }

  /**
   * Apart from the others, since judging a passkey writes by itself.
   * @returns what is to be committed in a moment of its own
   * @throws HospitalError
   */
  async judge(session: Session, { response }: Assertion): Promise<void> {
    const { sessions, assertions } = this.#options;
    const challenge = this.#challenges.take(session.id);
    if (challenge === undefined) throw new HospitalError('ceremony-unknown', 'expected an answer to what was asked');
    if (sessions.settings.mode === 'links') {
      if (response !== '') throw new HospitalError('passkeys-off', 'expected no passkey where people sign in by links');
      return;
    }
    await assertions.verify(parseAssertion(response), challenge, session.person);
  }

  async proved({ db }: Moment, session: Session): Promise<Deed> {
    const { sessions, feeds } = this.#options;
    const wasLocked = session.lockedAt !== null;
    const after = await sessions.verified(session, db);
    return {
      after: () => {
        after();
        if (wasLocked) feeds.beginAnew(session);
      },
    };
  }

  async #challenge(db: Database, session: Session, to: number, purpose: Assertion['for']): Promise<Challenge> {
    const { store, sessions, party } = this.#options;
    const passkey = sessions.settings.mode === 'passkeys';
    // The purpose stands in what is signed: an unlocking is no step-up for another session either.
    const challenge = new Uint8Array(Buffer.concat([randomBytes(32), Buffer.from(`${purpose} ${session.id}`)]));
    this.#challenges.begin(challenge, session.id);
    if (!passkey) return { type: 'challenge', to, passkey, challenge: new Uint8Array(), rpId: '', credentials: [] };
    const own = await store.passkeys.ofPerson(session.person, db);
    const credentials = own.map(({ id }) => new Uint8Array(Buffer.from(id, 'base64url'))).slice(0, 32);
    return { type: 'challenge', to, passkey, challenge, rpId: party().id, credentials };
  }

  async #mine(db: Database, session: Session, to: number): Promise<MySessions> {
    const { store, sessions, feeds } = this.#options;
    const person = await store.people.find(session.person, db);
    const passkeys = await store.passkeys.ofPerson(session.person, db);
    return {
      type: 'my-sessions',
      to,
      sessions: sessions.ofPerson(session.person).map((each) => openSession(each, person?.name ?? '', feeds)),
      passkeys: passkeys.slice(0, 32).map(passkeyOf),
    };
  }
}

export function openSession(session: Session, name: string, feeds: LiveFeeds): OpenSession {
  const { id, person, method, openedAt, expiresAt, activeAt, lockedAt } = session;
  return {
    session: id,
    person: parseIdentity(person),
    name,
    method,
    openedAt,
    expiresAt,
    activeAt,
    locked: lockedAt !== null,
    connected: feeds.isConnected(session),
  };
}

export function passkeyOf({ id, label, registered_at, used_at }: PasskeyRow): Passkey {
  return {
    passkey: new Uint8Array(Buffer.from(id, 'base64url')),
    label,
    registeredAt: registered_at,
    ...(used_at === null ? {} : { usedAt: used_at }),
  };
}
