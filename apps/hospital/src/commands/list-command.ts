// vitalseal hospital list, report
import { Command } from 'commander';
import { operator } from '../audit/acts.ts';
import type { Store } from '../store/open-store.ts';
import { databaseOption, dataOption } from './options.ts';
import { writeJson, writeLines } from './output.ts';
import { type StorePlace, withStore } from './with-store.ts';

export function listCommand(): Command {
  return new Command('list')
    .summary('who is under care, and who is on call')
    .addOption(dataOption())
    .addOption(databaseOption())
    .option('--json', 'as JSON')
    .action(async ({ json, ...place }: StorePlace & { json?: true }) => {
      const { patients, people } = await withStore(place, async (store) => {
        await store.audit.record({ kind: 'list-read', actor: operator(), what: { list: 'patients' } });
        return listsOf(store);
      });
      if (json) return writeJson({ patients, people });
      for (const { patient, name, bed, policy, underCare } of patients) {
        writeLines(`patient ${patient}  ${name}  ${bed}  policy ${policy}${underCare ? '' : '  discharged'}`);
      }
      for (const { identity, name, tier, onCall } of people) {
        writeLines(`${identity}  ${name}  ${onCall ? `on call, tier ${tier}` : 'off call'}`);
      }
    });
}

export function reportCommand(): Command {
  return new Command('report')
    .summary('what was stored, refused, raised, delivered and opened, as JSON')
    .addOption(dataOption())
    .addOption(databaseOption())
    .action(async (place: StorePlace) => writeJson(await withStore(place, (store) => store.counts())));
}

async function listsOf(store: Store) {
  const patients = (await store.patients.all()).map(({ identity, name, bed, policy, discharged_at }) => ({
    patient: identity,
    name,
    bed,
    policy: policy === null ? 'default' : 'own',
    underCare: discharged_at === null,
  }));
  const people = (await store.people.all()).map(({ identity, role, name, tier, on_call }) => ({
    identity,
    role,
    name,
    tier,
    onCall: on_call === 1,
  }));
  return { patients, people };
}
