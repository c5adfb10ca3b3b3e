/**
 * What administrators and auditors ask: lists, people, invitations, sessions, care teams, cards, the audit log. None of it
 * is a reading. Each is asked of the table of who may do what, and stands in the audit log.
 */
import { fingerprint } from '@vitalseal/certifying-authority';
import {
  type Bytes,
  formatIdentity,
  type Identity,
  isStaffRole,
  type OfficeToHospital,
  type Person,
  parseIdentity,
  type SessionToHospital,
} from '@vitalseal/protocol';
import { orderScript } from '../card-administration/order-script.ts';
import type { OpenChannel } from '../channels/open-channel.ts';
import { HospitalError } from '../errors.ts';
import type { Session } from '../sessions/session.ts';
import type { Sessions } from '../sessions/sessions.ts';
import { invitationLink, invitePerson } from '../sign-in/invitations.ts';
import type { RelyingParty } from '../sign-in/relying-party.ts';
import type { Database } from '../store/batch-statement.ts';
import type { Store } from '../store/open-store.ts';
import type { Moment } from '../watch/moment.ts';
import type { Ward } from '../watch/ward.ts';
import type { AuditExports } from './audit-exports.ts';
import { auditPage } from './audit-page.ts';
import { type Deed, notPermitted } from './deed.ts';
import { emergencyAccess } from './emergency-news.ts';
import { mayInOffice, needsStepUp, type OfficeAct } from './least-authority.ts';
import type { LiveFeeds } from './live-feeds.ts';
import { registerPerson, removePerson, revokePerson, setCareTeam, unknownPerson } from './person-register.ts';
import { openSession, passkeyOf, type SessionDesk } from './session-desk.ts';

export interface OfficeDeskOptions {
  readonly store: Store;
  readonly ward: Ward;
  readonly sessions: Sessions;
  readonly sessionDesk: SessionDesk;
  readonly feeds: LiveFeeds;
  readonly hospital: Identity;
  /** DER. */
  readonly root: Bytes;
  readonly party: () => RelyingParty;
  readonly exports: AuditExports;
  /** UTC ms, the machine's own clock. */
  readonly machineNow: () => number;
}

type OfficeMessage = Exclude<OfficeToHospital, SessionToHospital | { type: 'subscribe' }>;

const actOf: { readonly [T in OfficeMessage['type'] | 'remove-passkey']: OfficeAct } = {
  people: 'list-people',
  sessions: 'list-sessions',
  'care-teams': 'list-care-teams',
  devices: 'list-devices',
  register: 'register-person',
  remove: 'remove-person',
  invite: 'invite-person',
  withdraw: 'invite-person',
  'remove-passkey': 'remove-passkey',
  'revoke-session': 'revoke-session',
  'revoke-person': 'revoke-session',
  'care-team': 'set-care-team',
  'terminate-card': 'terminate-card',
  emergencies: 'list-emergencies',
  audit: 'read-audit',
  'audit-export': 'read-audit',
};

export class OfficeDesk {
  readonly #options: OfficeDeskOptions;

  constructor(options: OfficeDeskOptions) {
    this.#options = options;
  }

  /** Whether somebody of this role removes the passkeys of others. */
  mayRemovePasskeys({ peer: { role } }: OpenChannel): boolean {
    return isStaffRole(role) && mayInOffice(role, 'remove-passkey');
  }

  async do(moment: Moment, session: Session, channel: OpenChannel, to: number, message: OfficeMessage): Promise<Deed> {
    const { role } = channel.peer;
    const act = actOf[message.type];
    if (!isStaffRole(role) || !mayInOffice(role, act)) throw notPermitted();
    // Withdrawing is no danger, and an invitation that went astray is withdrawn at once.
    if (needsStepUp(act) && message.type !== 'withdraw') this.#options.sessionDesk.expectProved(session);
    if (message.type === 'audit-export') return this.#exportAudit(moment.db, channel, to, message.part);
    return this.#do(moment, session.person, to, message);
  }

  #exportAudit(db: Database, channel: OpenChannel, to: number, part: number): Deed {
    const { store, exports } = this.#options;
    if (part === 0) store.audit.append(db, { kind: 'log-exported', actor: channel.peerName });
    return { answerLater: async () => ({ type: 'audit-export', to, ...(await exports.part(channel, part)) }) };
  }

  async #do(
    { db }: Moment,
    actor: string,
    to: number,
    message: Exclude<OfficeMessage, { type: 'audit-export' }>,
  ): Promise<Deed> {
    const { store, sessions, feeds, machineNow } = this.#options;
    const at = machineNow();
    switch (message.type) {
      case 'people':
        return { answer: { type: 'people', to, people: await this.#people(db) } };
      case 'sessions':
        return { answer: { type: 'sessions', to, sessions: this.#sessions() } };
      case 'care-teams':
        this.#listRead(db, actor, message.type);
        return { answer: { type: 'care-teams', to, patients: this.#careTeams() } };
      case 'devices':
        this.#listRead(db, actor, message.type);
        return { answer: { type: 'devices', to, cards: await this.#cards(db) } };
      case 'register': {
        const { person, name, tier, onCall } = message;
        const { role } = person;
        const row = { identity: formatIdentity(person), role, name, tier, on_call: onCall ? 1 : 0 };
        await registerPerson(store, row, actor, db);
        return this.#told('people');
      }
      case 'remove': {
        const person = formatIdentity(message.person);
        await this.#expectAnotherAdministrator(db, message.person);
        const ended = await removePerson(store, { person, actor, at }, db);
        return this.#told('people', () => sessions.forget(ended, 'removed'));
      }
      case 'invite':
        return this.#invite(db, actor, to, message.person);
      case 'withdraw': {
        const person = formatIdentity(message.person);
        await store.invitations.withdraw(person, at, db);
        store.audit.append(db, { kind: 'invitation-withdrawn', actor, what: { person } });
        return this.#told('people');
      }
      case 'revoke-session': {
        const open = sessions.find(message.session);
        if (open === undefined) throw new HospitalError('unknown-session', 'expected an open session');
        const after = await sessions.end([open], { reason: 'revoked', actor }, db);
        return this.#told('sessions', after);
      }
      case 'revoke-person': {
        const person = formatIdentity(message.person);
        if ((await store.people.find(person, db)) === undefined) throw unknownPerson();
        const ended = await revokePerson(store, { person, actor, at }, db);
        return this.#told('sessions', () => sessions.forget(ended, 'revoked'));
      }
      case 'care-team': {
        if (message.patient.role !== 'patient') throw new HospitalError('unknown-patient', 'expected a patient');
        const team = message.team.map(formatIdentity);
        await setCareTeam(store, { patient: message.patient.id, team, actor, at }, db);
        const number = this.#options.ward.numberOf(message.patient.id);
        return this.#told('care-teams', () => {
          if (number !== undefined) feeds.access.setTeam(number, team);
          feeds.rejudge();
        });
      }
      case 'terminate-card':
        return this.#terminate(db, actor, message.card);
      case 'emergencies':
        this.#listRead(db, actor, message.type);
        return { answer: { type: 'emergencies', to, accesses: await this.#emergencies(db, message.from) } };
      case 'audit': {
        store.audit.append(db, { kind: 'audit-read', actor, what: { limit: message.limit } });
        const page = await auditPage(db, { before: message.before, limit: message.limit });
        return { answer: { type: 'audit', to, ...page } };
      }
    }
  }

  /** Of lists that name patients. */
  #listRead(db: Database, actor: string, list: 'care-teams' | 'devices' | 'emergencies'): void {
    this.#options.store.audit.append(db, { kind: 'list-read', actor, what: { list } });
  }

  #told(what: 'people' | 'sessions' | 'care-teams' | 'devices', after?: () => void): Deed {
    return {
      after: () => {
        after?.();
        this.#options.feeds.tellOffice(what);
      },
    };
  }

  async #people(db: Database): Promise<Person[]> {
    const { store, sessions, machineNow } = this.#options;
    const passkeys = await store.passkeys.all(db);
    const invited = new Map(
      (await store.invitations.open(machineNow(), db)).map((row) => [row.person, row.expires_at]),
    );
    return (await store.people.all(db)).slice(0, 4096).map(({ identity, name, tier, on_call }) => {
      const invitedUntil = invited.get(identity);
      return {
        person: parseIdentity(identity),
        name,
        tier,
        onCall: on_call === 1,
        ...(invitedUntil === undefined ? {} : { invitedUntil }),
        sessions: sessions.ofPerson(identity).length,
        passkeys: passkeys
          .filter(({ person }) => person === identity)
          .slice(0, 32)
          .map(passkeyOf),
      };
    });
  }

  #sessions() {
    const { sessions, feeds, ward } = this.#options;
    const names = new Map(ward.people.map(({ identity, name }) => [identity, name]));
    return sessions.all.slice(0, 4096).map((session) => openSession(session, names.get(session.person) ?? '', feeds));
  }

  #careTeams() {
    const { ward, feeds } = this.#options;
    return ward
      .admitted()
      .slice(0, 4096)
      .map(({ identity, name, number }) => ({
        patient: identity,
        name,
        team: feeds.access.teamOf(number).slice(0, 64).map(parseIdentity),
      }));
  }

  async #cards(db: Database) {
    const rows = await this.#options.store.cards.all(db);
    return rows.slice(0, 4096).map(({ administration_id, patient, stage, invited_at, seen_at }) => ({
      card: administration_id,
      patient: { role: 'patient' as const, id: patient },
      stage,
      invitedAt: invited_at,
      ...(seen_at === null ? {} : { seenAt: seen_at }),
    }));
  }

  async #emergencies(db: Database, from: number) {
    const { store, ward } = this.#options;
    const rows = await store.emergencies.since(from, 1000, db);
    return rows.flatMap((row) => emergencyAccess(row, ward, { named: false }) ?? []);
  }

  async #invite(db: Database, actor: string, to: number, person: Identity): Promise<Deed> {
    const { store, sessions, party, root, machineNow } = this.#options;
    if (sessions.settings.mode !== 'passkeys') {
      throw new HospitalError('passkeys-off', 'expected a hospital at which people sign in with passkeys');
    }
    const identity = formatIdentity(person);
    if ((await store.people.find(identity, db)) === undefined) throw unknownPerson();
    const lifetimeMs = sessions.settings.invitationMs;
    const invitation = await invitePerson(store, { person: identity, actor, at: machineNow(), lifetimeMs }, db);
    const rootFingerprint = await fingerprint(root);
    const link = invitationLink(party().origin, person, { token: invitation.token, rootFingerprint });
    const told = this.#told('people');
    return { ...told, answer: { type: 'invitation', to, person, link, expiresAt: invitation.expiresAt } };
  }

  async #expectAnotherAdministrator(db: Database, person: Identity): Promise<void> {
    if (person.role !== 'administrator') return;
    const all = await this.#options.store.people.all(db);
    if (all.some(({ role, identity }) => role === 'administrator' && identity !== formatIdentity(person))) return;
    throw new HospitalError('last-administrator', 'expected another administrator to be there');
  }

  async #terminate(db: Database, actor: string, card: string): Promise<Deed> {
    const { store, hospital } = this.#options;
    const found = await store.cards.find(card, db);
    if (found === undefined) throw new HospitalError('unknown-card', 'expected a card of this hospital');
    if (found.stage === 'terminated') throw new HospitalError('card-terminated', 'expected a card in use');
    return {
      after: async () => {
        await orderScript(store, { card: found, order: { kind: 'terminate' }, hospital }, Date.now(), actor);
        this.#options.feeds.tellOffice('devices');
      },
    };
  }
}
