/** The hospital's books of people, as administrators and commands change them; each change stands in the audit log. */
import { isStaffRole, parseIdentity } from '@vitalseal/protocol';
import { HospitalError } from '../errors.ts';
import type { Session } from '../sessions/session.ts';
import { sessionOf } from '../sessions/session.ts';
import { endStored } from '../sessions/sessions.ts';
import { staffChanged } from '../sessions/staff-changed.ts';
import type { Database } from '../store/batch-statement.ts';
import type { Store } from '../store/open-store.ts';
import type { PasskeyRow } from '../store/passkeys.ts';
import type { PersonRow } from '../store/people.ts';
import { rosterTally } from '../watch/ward.ts';

/** @throws HospitalError `identity-retired`, `invalid-option` */
export async function registerPerson(store: Store, row: PersonRow, actor: string, db: Database): Promise<void> {
  const { role } = parseIdentity(row.identity);
  if (!isStaffRole(role))
    throw new HospitalError('invalid-option', 'expected a doctor, a crew or somebody of the office');
  if (await store.people.wasRemoved(row.identity, db)) {
    throw new HospitalError('identity-retired', 'expected an identity that nobody had before');
  }
  await store.people.register({ ...row, role }, db);
  const what = { person: row.identity, tier: row.tier, onCall: row.on_call === 1 };
  store.audit.append(db, { kind: 'person-registered', actor, what });
  await store.tallies.add(db, rosterTally, 1);
  await staffChanged(store, db);
}

/**
 * Sessions, passkeys, invitations and care teams end with it. The identity stays, and is nobody else's ever.
 * @returns the sessions that ended
 * @throws HospitalError `unknown-person`
 */
export async function removePerson(
  store: Store,
  { person, actor, at }: { person: string; actor: string; at: number },
  db: Database,
): Promise<Session[]> {
  if (!(await store.people.remove(person, at, db))) throw unknownPerson();
  for (const { id } of await store.passkeys.ofPerson(person, db)) await store.passkeys.remove(id, at, db);
  await store.careTeams.leave(person, db);
  store.audit.append(db, { kind: 'person-removed', actor, what: { person } });
  const ended = await revokePerson(store, { person, actor, at, reason: 'removed' }, db);
  await store.tallies.add(db, rosterTally, 1);
  return ended;
}

/** All sessions and open invitations of one person. @returns the sessions that ended */
export async function revokePerson(
  store: Store,
  {
    person,
    actor,
    at,
    reason = 'revoked',
  }: { person: string; actor: string; at: number; reason?: 'revoked' | 'removed' },
  db: Database,
): Promise<Session[]> {
  await store.invitations.withdraw(person, at, db);
  const open = (await store.sessions.openOf(person, db)).map(sessionOf);
  for (const session of open) await endStored(store, { session, reason, actor, at }, db);
  await staffChanged(store, db);
  return open;
}

export interface RemovedPasskey {
  readonly passkey: PasskeyRow;
  readonly actor: string;
  readonly at: number;
  /** Where it is not the person who wants it so. */
  readonly because?: string;
  /** A session that goes on, although this passkey opened it. */
  readonly keeping?: string | undefined;
}

/** What it opened ends with it, as the store has it: a session may be opened at this moment. @returns the sessions that ended */
export async function removePasskey(
  store: Store,
  { passkey: { id, person }, actor, at, because, keeping }: RemovedPasskey,
  db: Database,
): Promise<Session[]> {
  await store.passkeys.remove(id, at, db);
  const what = { passkey: id.slice(0, 200), person, ...(because === undefined ? {} : { because }) };
  store.audit.append(db, { kind: 'passkey-removed', actor, what });
  const rows = (await store.sessions.openOf(person, db)).filter((row) => row.passkey === id && row.id !== keeping);
  const opened = rows.map(sessionOf);
  for (const session of opened) await endStored(store, { session, reason: 'revoked', actor, at }, db);
  await staffChanged(store, db);
  return opened;
}

/** @throws HospitalError `unknown-person`, `unknown-patient` */
export async function setCareTeam(
  store: Store,
  { patient, team, actor, at }: { patient: string; team: readonly string[]; actor: string; at: number },
  db: Database,
): Promise<void> {
  const row = await store.patients.find(patient, db);
  if (row === undefined) throw new HospitalError('unknown-patient', 'expected a patient under our care');
  for (const person of team) {
    const found = await store.people.find(person, db);
    if (found?.role !== 'doctor') throw new HospitalError('unknown-person', 'expected doctors of the staff');
  }
  await store.careTeams.set(db, row.number, team, at);
  const what = { team: [...team] };
  store.audit.append(db, { kind: 'care-team-changed', actor, patient: `urn:vitalseal:patient:${patient}`, what });
  await staffChanged(store, db);
}

export function unknownPerson(): HospitalError {
  return new HospitalError('unknown-person', 'expected somebody on the staff');
}
