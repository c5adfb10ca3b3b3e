// vitalseal hospital revoke, remove
import { formatIdentity } from '@vitalseal/protocol';
import { Command } from 'commander';
import { operator } from '../../audit/acts.ts';
import { HospitalError } from '../../errors.ts';
import { removePasskey, removePerson, revokePerson, unknownPerson } from '../../people/person-register.ts';
import { sessionOf } from '../../sessions/session.ts';
import { endStored } from '../../sessions/sessions.ts';
import { staffChanged } from '../../sessions/staff-changed.ts';
import type { Database } from '../../store/batch-statement.ts';
import type { Store } from '../../store/open-store.ts';
import { databaseOption, dataOption } from '../options.ts';
import { writeLines } from '../output.ts';
import { type StorePlace, withStore } from '../with-store.ts';
import { personOf, personOptions, type WhichPerson } from './which-person.ts';

interface RevokeOptions extends StorePlace, WhichPerson {
  session?: string;
  passkey?: string;
}

export function revokeCommand(): Command {
  return personOptions(
    new Command('revoke')
      .summary('end a session, or all of a person; take a passkey out of use')
      .description(
        'A lost device: its session ends, its channels are closed within seconds, and its certificate is revoked at the authority. Of a person: all sessions and open invitations. A passkey: it signs in nobody any more, and what it opened ends.',
      )
      .addOption(dataOption())
      .addOption(databaseOption())
      .option('--session <id>', 'of `vitalseal hospital sessions`')
      .option('--passkey <id>', 'of `vitalseal hospital people`'),
  ).action(async (options: RevokeOptions) => {
    const ended = await withStore(options, (store) => store.transaction((db) => revoke(store, options, db)));
    writeLines(`${ended} session${ended === 1 ? '' : 's'} ended.`);
  });
}

async function revoke(store: Store, options: RevokeOptions, db: Database): Promise<number> {
  const actor = operator();
  const at = Date.now();
  if (options.session !== undefined) return endSession(store, options.session, db);
  if (options.passkey !== undefined) return endPasskey(store, options.passkey, db);
  const person = formatIdentity(personOf(options));
  if ((await store.people.find(person, db)) === undefined) throw unknownPerson();
  return (await revokePerson(store, { person, actor, at }, db)).length;
}

async function endSession(store: Store, id: string, db: Database): Promise<number> {
  const row = await store.sessions.find(id, db);
  const ending = row && { session: sessionOf(row), reason: 'revoked' as const, actor: operator(), at: Date.now() };
  if (ending === undefined || !(await endStored(store, ending, db))) {
    throw new HospitalError('unknown-session', 'expected an open session');
  }
  await staffChanged(store, db);
  return 1;
}

async function endPasskey(store: Store, id: string, db: Database): Promise<number> {
  const passkey = await store.passkeys.find(id, db);
  if (passkey === undefined) throw new HospitalError('unknown-passkey', 'expected a passkey that is in use');
  return (await removePasskey(store, { passkey, actor: operator(), at: Date.now() }, db)).length;
}

export function removeCommand(): Command {
  return personOptions(
    new Command('remove')
      .summary('take somebody off the staff: sessions, passkeys, invitations and care teams end')
      .description('The identity is given to nobody else ever. What they did stays in the audit log.')
      .addOption(dataOption())
      .addOption(databaseOption())
      .option('--yes', 'said, since it cannot be taken back'),
  ).action(async ({ yes, ...options }: StorePlace & WhichPerson & { yes?: true }) => {
    const identity = personOf(options);
    if (yes === undefined) throw new HospitalError('invalid-option', 'expected --yes: who is removed stays so');
    const removing = { person: formatIdentity(identity), actor: operator(), at: Date.now() };
    await withStore(options, (store) => store.transaction((db) => removePerson(store, removing, db)));
    writeLines(`${identity.role} "${identity.id}" is off the staff.`);
  });
}
