// Whoever opens patients to themselves by editing the database is named by what they edited.
import { createHash } from 'node:crypto';
import { sql } from 'kysely';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { removePasskey, removePerson, setCareTeam } from '../people/person-register.ts';
import { PasskeyHospital, TestPerson } from '../testing/passkey-hospital.ts';
import { checkStore } from './check-store.ts';

const house = { role: 'doctor', id: 'house' } as const;
const houseName = 'urn:vitalseal:doctor:house';
const wilson = 'urn:vitalseal:doctor:wilson';
let hospital: PasskeyHospital;

beforeAll(async () => {
  hospital = await PasskeyHospital.start();
  await hospital.admit('p1');
  await hospital.admit('p2');
  const { store } = hospital;
  const doctor = await (await hospital.person(house)).listening();
  await (await hospital.person({ role: 'doctor', id: 'wilson' })).listening();
  const cuddy = await hospital.person({ role: 'doctor', id: 'cuddy' });
  const at = Date.now();
  await store.transaction((db) =>
    setCareTeam(store, { patient: 'p1', team: [houseName, 'urn:vitalseal:doctor:cuddy'], actor: 'operator:t', at }, db),
  );
  await doctor.ask({ type: 'break-glass', patient: 'p2', reason: 'collapsed in the hall' });
  // What ends by the books leaves nothing to find.
  const [passkey] = await store.passkeys.ofPerson(wilson);
  if (passkey === undefined) throw new Error('expected a passkey');
  await store.transaction((db) => removePasskey(store, { passkey, actor: 'operator:t', at }, db));
  await store.transaction((db) =>
    removePerson(store, { person: `urn:vitalseal:doctor:${cuddy.identity.id}`, actor: 'operator:t', at }, db),
  );
  await hospital.halt();
}, 60_000);
afterAll(() => hospital.remove());

const lines = async () => (await checkStore(hospital.store)).findings.map(({ damage, line }) => `${damage}: ${line}`);

/** Does it, looks, and takes it back. */
async function foundBy(deed: () => Promise<unknown>, undo: () => Promise<unknown>): Promise<string[]> {
  await deed();
  const found = await lines();
  await undo();
  expect(await lines()).toEqual([]);
  return found;
}

test('books that were kept by the hospital are as the log has them', async () => {
  const { store } = hospital;
  expect(await store.careTeams.all()).toHaveLength(1);
  expect(await store.passkeys.all()).toHaveLength(1);
  expect(await store.database.selectFrom('emergency_accesses').select('id').execute()).toHaveLength(1);
  expect(await lines()).toEqual([]);
});

test("a passkey's key that was exchanged, one that was brought back, and one that was put there are each named", async () => {
  const { database, passkeys } = hospital.store;
  const [own] = await passkeys.all();
  const set = (id: string | undefined, change: object) =>
    database
      .updateTable('passkeys')
      .set(change)
      .where('id', '=', id ?? '')
      .execute();
  const edited = [expect.stringMatching(/^edited: the passkey \S+ of urn:vitalseal:doctor:house was edited/)];
  expect(
    await foundBy(
      () => set(own?.id, { public_key: new Uint8Array(77) }),
      () => set(own?.id, { public_key: own?.public_key }),
    ),
  ).toEqual(edited);
  expect(
    await foundBy(
      () => set(own?.id, { person: wilson }),
      () => set(own?.id, { person: houseName }),
    ),
  ).toEqual([expect.stringMatching(/^edited: the passkey \S+ of urn:vitalseal:doctor:wilson was edited/)]);
  const removed = await database
    .selectFrom('passkeys')
    .selectAll()
    .where('person', '=', wilson)
    .executeTakeFirstOrThrow();
  expect(
    await foundBy(
      () => set(removed.id, { removed_at: null }),
      () => set(removed.id, { removed_at: removed.removed_at }),
    ),
  ).toEqual([expect.stringContaining('of urn:vitalseal:doctor:wilson was edited')]);
  expect(
    await foundBy(
      () =>
        database
          .insertInto('passkeys')
          .values({ ...removed, id: 'mine', removed_at: null })
          .execute(),
      () => database.deleteFrom('passkeys').where('id', '=', 'mine').execute(),
    ),
  ).toEqual(['added: the passkey mine of urn:vitalseal:doctor:wilson is in the store, and the log does not have it']);
});

test('somebody who was put on a care team, let in again, or put into another role is named', async () => {
  const { database, careTeams } = hospital.store;
  const [member] = await careTeams.all();
  const person = (identity: string, change: object) =>
    database.updateTable('people').set(change).where('identity', '=', identity).execute();
  const row = { patient: member?.patient ?? -1, person: wilson, since: 1 };
  expect(
    await foundBy(
      () => database.insertInto('care_teams').values(row).execute(),
      () => database.deleteFrom('care_teams').where('person', '=', wilson).execute(),
    ),
  ).toEqual([`added: ${wilson} is on the care team of urn:vitalseal:patient:p1, and the log does not have it`]);
  expect(
    await foundBy(
      () => person('urn:vitalseal:doctor:cuddy', { removed_at: null }),
      () => person('urn:vitalseal:doctor:cuddy', { removed_at: 1 }),
    ),
  ).toEqual([expect.stringMatching(/^edited: urn:vitalseal:doctor:cuddy was edited/)]);
  expect(
    await foundBy(
      () => person(houseName, { role: 'administrator' }),
      () => person(houseName, { role: 'doctor' }),
    ),
  ).toEqual([expect.stringMatching(/^edited: urn:vitalseal:doctor:house was edited/)]);
});

test('somebody who was put on the staff by hand is named', async () => {
  const { database } = hospital.store;
  const identity = 'urn:vitalseal:doctor:mallory';
  const known = await database
    .selectFrom('people')
    .selectAll()
    .where('identity', '=', houseName)
    .executeTakeFirstOrThrow();
  expect(
    await foundBy(
      () =>
        database
          .insertInto('people')
          .values({ ...known, identity })
          .execute(),
      () => database.deleteFrom('people').where('identity', '=', identity).execute(),
    ),
  ).toEqual([`added: ${identity} is on the staff in the store, and the log does not have them`]);
});

test('somebody who was taken off the staff or a care team by hand is named', async () => {
  const { database } = hospital.store;
  const cuddy = 'urn:vitalseal:doctor:cuddy';
  const person = await database
    .selectFrom('people')
    .selectAll()
    .where('identity', '=', cuddy)
    .executeTakeFirstOrThrow();
  const member = await database.selectFrom('care_teams').selectAll().executeTakeFirstOrThrow();
  await sql`pragma foreign_keys = off`.execute(database);
  expect(
    await foundBy(
      () => database.deleteFrom('people').where('identity', '=', cuddy).execute(),
      () => database.insertInto('people').values(person).execute(),
    ),
  ).toEqual([`removed: ${cuddy} was removed from the store by hand`]);
  expect(
    await foundBy(
      () => database.deleteFrom('care_teams').execute(),
      () => database.insertInto('care_teams').values(member).execute(),
    ),
  ).toEqual([`removed: ${houseName} was taken off the care team of urn:vitalseal:patient:p1 by hand`]);
});

test('a session that was opened again and an emergency access that nobody asked for are named', async () => {
  const { database } = hospital.store;
  const ended = await database
    .selectFrom('sessions')
    .selectAll()
    .where('person', '=', wilson)
    .executeTakeFirstOrThrow();
  const session = (change: object) => database.updateTable('sessions').set(change).where('id', '=', ended.id).execute();
  expect(
    await foundBy(
      () => session({ ended_at: null }),
      () => session({ ended_at: ended.ended_at }),
    ),
  ).toEqual([`added: the session ${ended.id} of ${wilson} is open, and the log has it ended or not at all`]);
  const access = await database.selectFrom('emergency_accesses').selectAll().executeTakeFirstOrThrow();
  expect(
    await foundBy(
      () =>
        database
          .insertInto('emergency_accesses')
          .values({ ...access, id: 'mine', person: wilson })
          .execute(),
      () => database.deleteFrom('emergency_accesses').where('id', '=', 'mine').execute(),
    ),
  ).toEqual([`added: the emergency access of ${wilson} to urn:vitalseal:patient:p2 is not in the log`]);
});

test("an invitation that was put there or made somebody else's is named, and the passkey that it brought after it was used", async () => {
  const { database } = hospital.store;
  const open = () => database.selectFrom('invitations').selectAll().where('used_at', 'is', null);
  await hospital.invite(house);
  const invited = await open().executeTakeFirstOrThrow();
  const row = (change: object) =>
    database.updateTable('invitations').set(change).where('token_hash', '=', invited.token_hash).execute();
  for (const [edit, honest] of [
    [{ person: wilson }, { person: houseName }],
    [{ expires_at: 9e15 }, { expires_at: invited.expires_at }],
  ] as const) {
    expect(
      await foundBy(
        () => row(edit),
        () => row(honest),
      ),
    ).toEqual([expect.stringMatching(/^edited: an invitation of \S+ was edited/)]);
  }

  const token = 'known to whoever edits the database';
  const token_hash = createHash('sha256').update(token).digest('hex');
  await database
    .insertInto('invitations')
    .values({ ...invited, token_hash })
    .execute();
  expect(await lines()).toEqual([`added: an invitation of ${houseName} is in the store, and the log does not have it`]);
  await hospital.serve();
  await new TestPerson(hospital, house).registerPasskey(token);
  await hospital.halt();
  expect(await lines()).toEqual([
    expect.stringMatching(
      /^added: the passkey \S+ of urn:vitalseal:doctor:house was registered by an invitation that the log does not have$/,
    ),
  ]);
});
