// vitalseal hospital people, sessions, emergencies
import { parseIdentity } from '@vitalseal/protocol';
import { Command } from 'commander';
import { operator, patientName } from '../../audit/acts.ts';
import { databaseOption, dataOption } from '../options.ts';
import { writeJson, writeLines } from '../output.ts';
import { type StorePlace, withStore } from '../with-store.ts';

type Listing = StorePlace & { json?: true };

export function peopleCommand(): Command {
  return new Command('people')
    .summary('who is on the staff, with their passkeys, invitations and sessions')
    .addOption(dataOption())
    .addOption(databaseOption())
    .option('--json', 'as JSON')
    .action(async ({ json, ...place }: Listing) => {
      const people = await withStore(place, async (store) => {
        const passkeys = await store.passkeys.all();
        const invitations = await store.invitations.open(Date.now());
        const sessions = (await store.sessions.alive(Date.now())).filter(({ ended_at }) => ended_at === null);
        return (await store.people.all()).map(({ identity, name, tier, on_call }) => ({
          person: identity,
          name,
          tier,
          onCall: on_call === 1,
          invitedUntil: timeOf(invitations.find(({ person }) => person === identity)?.expires_at ?? null),
          sessions: sessions.filter(({ person }) => person === identity).length,
          passkeys: passkeys
            .filter(({ person }) => person === identity)
            .map(({ id, label, registered_at, used_at }) => ({
              passkey: id,
              label,
              registeredAt: timeOf(registered_at),
              usedAt: timeOf(used_at),
            })),
        }));
      });
      if (json) return writeJson(people);
      for (const { person, name, tier, onCall, invitedUntil, sessions, passkeys } of people) {
        const { role } = parseIdentity(person);
        const called = role === 'doctor' || role === 'ambulance';
        const state = [
          ...(called ? [onCall ? `on call, tier ${tier}` : 'off call'] : []),
          `${sessions} session${sessions === 1 ? '' : 's'}`,
          ...(invitedUntil === null ? [] : [`invited until ${invitedUntil}`]),
        ];
        writeLines(`${person}  ${name}  ${state.join(', ')}`);
        for (const each of passkeys) writeLines(`  passkey ${each.passkey}  ${each.label}  since ${each.registeredAt}`);
      }
    });
}

export function sessionsCommand(): Command {
  return new Command('sessions')
    .summary('who is signed in, where from, and until when')
    .addOption(dataOption())
    .addOption(databaseOption())
    .option('--json', 'as JSON')
    .action(async ({ json, ...place }: Listing) => {
      const sessions = await withStore(place, async (store) => {
        const at = Date.now();
        const alive = await store.sessions.alive(at);
        return alive
          .filter(({ ended_at, expires_at }) => ended_at === null && expires_at > at)
          .map((row) => ({
            session: row.id,
            person: row.person,
            method: row.method,
            openedAt: timeOf(row.opened_at),
            expiresAt: timeOf(row.expires_at),
            activeAt: timeOf(row.active_at),
            locked: row.locked_at !== null,
          }));
      });
      if (json) return writeJson(sessions);
      if (sessions.length === 0) writeLines('Nobody is signed in.');
      for (const { session, person, method, openedAt, expiresAt, locked } of sessions) {
        writeLines(
          `${session}  ${person}  by ${method} since ${openedAt} until ${expiresAt}${locked ? '  locked' : ''}`,
        );
      }
    });
}

export function emergenciesCommand(): Command {
  return new Command('emergencies')
    .summary('who broke the glass, when, for whom and why')
    .addOption(dataOption())
    .addOption(databaseOption())
    .option('--json', 'as JSON')
    .action(async ({ json, ...place }: Listing) => {
      const accesses = await withStore(place, async (store) => {
        await store.audit.record({ kind: 'list-read', actor: operator(), what: { list: 'emergencies' } });
        const patients = new Map((await store.patients.all()).map(({ number, identity }) => [number, identity]));
        return (await store.emergencies.since(0, 1000)).map(({ id, person, patient, reason, since, until }) => ({
          access: id,
          by: person,
          patient: patientName(patients.get(patient) ?? 'erased'),
          reason,
          since: timeOf(since),
          until: timeOf(until),
        }));
      });
      if (json) return writeJson(accesses);
      if (accesses.length === 0) writeLines('Nobody has had emergency access.');
      for (const { by, patient, since, until, reason } of accesses) {
        writeLines(`${by}  ${patient}  ${since} to ${until}  ${reason}`);
      }
    });
}

function timeOf(utcMs: number | null): string | null {
  return utcMs === null ? null : new Date(utcMs).toISOString();
}
