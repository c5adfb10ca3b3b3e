// vitalseal hospital retention show, set, run
import { Command, InvalidArgumentError } from 'commander';
import { believeClock, believesClock } from '../at-rest/clock-doubt.ts';
import { pruneOutdated } from '../at-rest/prune-outdated.ts';
import { enforceRetention, mostDays, readRetention, setRetention } from '../at-rest/retention.ts';
import { operator } from '../audit/acts.ts';
import { HospitalError } from '../errors.ts';
import { openKeyStore } from '../keys/open-key-store.ts';
import { databaseOption, dataOption } from './options.ts';
import { progress, writeJson, writeLines } from './output.ts';
import { type StorePlace, withStore } from './with-store.ts';

const forEver = 'for-ever';
type Term = number | typeof forEver;

interface SetOptions extends StorePlace {
  readings?: Term;
  discharged?: Term;
}

export function retentionCommand(): Command {
  return new Command('retention')
    .summary('how long readings and discharged patients are kept')
    .addCommand(show())
    .addCommand(set())
    .addCommand(run());
}

function show(): Command {
  return new Command('show')
    .summary('the terms, in days, as JSON; null is for ever')
    .addOption(dataOption())
    .addOption(databaseOption())
    .action(async (place: StorePlace) => writeJson(await withStore(place, readRetention)));
}

function set(): Command {
  return new Command('set')
    .summary('change the terms: enforced within the hour while the hospital serves')
    .addOption(dataOption())
    .addOption(databaseOption())
    .option('--readings <days>', 'readings are kept so long after they came, or `for-ever`', term)
    .option('--discharged <days>', 'patients are erased so long after their discharge, or `for-ever`', term)
    .action(async ({ readings, discharged, ...place }: SetOptions) => {
      const terms = await withStore(place, async (store) => {
        const before = await readRetention(store);
        const after = {
          readings: changed(before.readings, readings),
          discharged: changed(before.discharged, discharged),
        };
        await setRetention(store, after, operator());
        return after;
      });
      writeJson(terms);
    });
}

function run(): Command {
  return new Command('run')
    .summary('enforce the terms now')
    .addOption(dataOption())
    .addOption(databaseOption())
    .option('--clock-is-right', 'although it is much further than when somebody last looked')
    .action(async ({ clockIsRight, ...place }: StorePlace & { clockIsRight?: true }) => {
      const wrappingKeys = await (await openKeyStore(place.data)).wrappingKeys();
      const { readings, alarms, patients, pruned } = await withStore(place, async (store) => {
        if (clockIsRight) await believeClock(store, Date.now());
        else if (!(await believesClock(store, { now: Date.now(), servedMs: 0 }))) {
          throw new HospitalError(
            'clock-doubted',
            'expected a clock not days further than at the last look: see --clock-is-right',
          );
        }
        const enforced = await enforceRetention(store, Date.now(), {
          dataDir: place.data,
          wrappingKeys,
          actor: operator(),
          onProgress: progress('readings deleted'),
        });
        return { ...enforced, pruned: await pruneOutdated(store, Date.now()) };
      });
      writeLines(`Removed ${readings} readings, what ${alarms} alarms said, and ${patients} patients.`);
      const { sessions, invitations, cards, scripts } = pruned;
      writeLines(
        `Outdated: ${sessions} sessions, ${invitations} invitations, ${cards} cards that never came, ${scripts} scripts of cards.`,
      );
    });
}

function changed(before: number | null, term: Term | undefined): number | null {
  if (term === undefined) return before;
  return term === forEver ? null : term;
}

function term(text: string): Term {
  if (text === forEver) return forEver;
  const days = Number(text);
  if (!/^\d+$/.test(text) || days < 1 || days > mostDays) {
    throw new InvalidArgumentError(`Expected 1 to ${mostDays} days, or for-ever.`);
  }
  return days;
}
