/**
 * Who may see what, held against the log: a person, an invitation, a passkey, a care team, a session or an emergency access that was
 * put there or edited in the database by hand opens patients to somebody, and is found; so is who was taken off the staff or a care team.
 */
import { createHash } from 'node:crypto';
import type { AuditEntry } from '@vitalseal/audit';
import { parseIdentity } from '@vitalseal/protocol';
import type { Database } from '../store/batch-statement.ts';
import { patientName } from './acts.ts';
import { InvitationCheck } from './check-invitations.ts';
import type { KeyFinding } from './check-reading-keys.ts';

interface LoggedPasskey {
  readonly person: string;
  /** Of the public key; entries of releases before have none. */
  readonly key: string | undefined;
  removed: boolean;
}

interface LoggedPerson {
  readonly tier: number;
  readonly onCall: boolean;
}

/** Of a passkey, what the log names it by. */
export function passkeyName(id: string): string {
  return id.slice(0, 200);
}

/** Of its public key, what the log keeps. */
export function passkeyDigest(publicKey: Uint8Array): string {
  return createHash('sha256').update(publicKey).digest('hex');
}

export class AccessCheck {
  readonly #database: Database;
  readonly #find: (finding: KeyFinding) => void;
  readonly #passkeys = new Map<string, LoggedPasskey>();
  /** By the patient. */
  readonly #teams = new Map<string, Set<string>>();
  readonly #people = new Map<string, LoggedPerson | 'removed'>();
  /** Who was there when the log began; undefined of a log of a release before, which does not say it. */
  #olderThanLog: ReadonlySet<string> | undefined;
  /** Whose sessions and emergency accesses the log has, by their names: those that can still be open. */
  readonly #sessions = new Map<string, string>();
  readonly #accesses = new Map<string, string>();
  readonly #erased = new Set<string>();
  readonly #invitations: InvitationCheck;

  constructor(database: Database, find: (finding: KeyFinding) => void) {
    this.#database = database;
    this.#find = find;
    this.#invitations = new InvitationCheck(database, find);
  }

  take({ kind, actor, patient = '', refused, what }: AuditEntry): void {
    if (refused !== undefined) return;
    const text = (name: string): string => String(what?.[name]);
    switch (kind) {
      case 'log-opened':
        if (Array.isArray(what?.people)) this.#olderThanLog = new Set(what.people.map(String));
        break;
      case 'person-registered':
        this.#people.set(text('person'), { tier: Number(what?.tier), onCall: what?.onCall === true });
        break;
      case 'person-removed':
        this.#remove(text('person'));
        break;
      case 'person-invited':
        this.#invitations.invited(what ?? {});
        break;
      case 'passkey-registered': {
        this.#invitations.registered(actor, what ?? {});
        const key = typeof what?.key === 'string' ? what.key : undefined;
        this.#passkeys.set(text('passkey'), { person: actor, key, removed: false });
        break;
      }
      case 'passkey-removed': {
        const passkey = this.#passkeys.get(text('passkey'));
        if (passkey !== undefined) passkey.removed = true;
        break;
      }
      case 'care-team-changed':
        this.#teams.set(patient, new Set(Array.isArray(what?.team) ? what.team.map(String) : []));
        this.#erased.delete(patient);
        break;
      case 'patient-erased':
        this.#erased.add(patient);
        break;
      case 'signed-in':
        this.#sessions.set(text('session'), actor);
        break;
      case 'signed-out':
      case 'session-revoked':
        this.#sessions.delete(text('session'));
        break;
      case 'glass-broken':
        this.#accesses.set(text('access'), `${actor} ${patient}`);
    }
  }

  async end(): Promise<void> {
    await this.#comparePeople();
    await this.#invitations.end();
    await this.#comparePasskeys();
    await this.#compareTeams();
    await this.#compareSessions();
    await this.#compareAccesses();
  }

  #remove(person: string): void {
    this.#people.set(person, 'removed');
    for (const passkey of this.#passkeys.values()) if (passkey.person === person) passkey.removed = true;
    for (const team of this.#teams.values()) team.delete(person);
  }

  async #comparePeople(): Promise<void> {
    const rows = await this.#database
      .selectFrom('people')
      .select(['identity', 'role', 'tier', 'on_call', 'removed_at'])
      .execute();
    for (const { identity, role, tier, on_call, removed_at } of rows) {
      const logged = this.#people.get(identity);
      if (logged === undefined && this.#olderThanLog?.has(identity) === false) {
        this.#find({
          damage: 'added',
          line: `${identity} is on the staff in the store, and the log does not have them`,
        });
        continue;
      }
      const isRemoved = removed_at !== null;
      const differs =
        roleOf(identity) !== role ||
        (logged === 'removed' && !isRemoved) ||
        (logged !== undefined &&
          logged !== 'removed' &&
          (isRemoved || tier !== logged.tier || (on_call === 1) !== logged.onCall));
      if (differs) this.#find({ damage: 'edited', line: `${identity} was edited in the store: role, rota or removal` });
    }
    const stored = new Set(rows.map(({ identity }) => identity));
    for (const identity of new Set([...this.#people.keys(), ...(this.#olderThanLog ?? [])])) {
      if (!stored.has(identity))
        this.#find({ damage: 'removed', line: `${identity} was removed from the store by hand` });
    }
  }

  async #comparePasskeys(): Promise<void> {
    const rows = await this.#database
      .selectFrom('passkeys')
      .select(['id', 'person', 'public_key', 'removed_at'])
      .execute();
    for (const { id, person, public_key, removed_at } of rows) {
      const name = passkeyName(id);
      const logged = this.#passkeys.get(name);
      const what = `the passkey ${name} of ${person}`;
      if (logged === undefined) {
        this.#find({ damage: 'added', line: `${what} is in the store, and the log does not have it` });
      } else if (
        logged.person !== person ||
        (logged.removed && removed_at === null) ||
        (logged.key !== undefined && logged.key !== passkeyDigest(public_key))
      ) {
        this.#find({ damage: 'edited', line: `${what} was edited in the store: whose it is, its key or its removal` });
      }
    }
  }

  async #compareTeams(): Promise<void> {
    const rows = await this.#database
      .selectFrom('care_teams')
      .innerJoin('patients', 'patients.number', 'care_teams.patient')
      .select(['care_teams.person', 'patients.identity'])
      .execute();
    for (const { person, identity } of rows) {
      const patient = patientName(identity);
      if (this.#teams.get(patient)?.has(person) === true) continue;
      this.#find({
        damage: 'added',
        line: `${person} is on the care team of ${patient}, and the log does not have it`,
      });
    }
    const stored = new Set(rows.map(({ person, identity }) => `${person} ${patientName(identity)}`));
    for (const [patient, team] of this.#teams) {
      if (this.#erased.has(patient)) continue;
      for (const person of team) {
        if (stored.has(`${person} ${patient}`)) continue;
        this.#find({ damage: 'removed', line: `${person} was taken off the care team of ${patient} by hand` });
      }
    }
  }

  async #compareSessions(): Promise<void> {
    const rows = await this.#database
      .selectFrom('sessions')
      .select(['id', 'person'])
      .where('ended_at', 'is', null)
      .execute();
    for (const { id, person } of rows) {
      if (this.#sessions.get(id) === person) continue;
      this.#find({
        damage: 'added',
        line: `the session ${id} of ${person} is open, and the log has it ended or not at all`,
      });
    }
  }

  async #compareAccesses(): Promise<void> {
    const rows = await this.#database
      .selectFrom('emergency_accesses')
      .innerJoin('patients', 'patients.number', 'emergency_accesses.patient')
      .select(['emergency_accesses.id', 'emergency_accesses.person', 'patients.identity'])
      .execute();
    for (const { id, person, identity } of rows) {
      const patient = patientName(identity);
      if (this.#accesses.get(id) === `${person} ${patient}`) continue;
      this.#find({ damage: 'added', line: `the emergency access of ${person} to ${patient} is not in the log` });
    }
  }
}

function roleOf(identity: string): string | undefined {
  try {
    return parseIdentity(identity).role;
  } catch {
    return undefined;
  }
}
