// vitalseal hospital care-team
import { formatIdentity } from '@vitalseal/protocol';
import { Command } from 'commander';
import { operator } from '../../audit/acts.ts';
import { HospitalError } from '../../errors.ts';
import { setCareTeam } from '../../people/person-register.ts';
import type { Store } from '../../store/open-store.ts';
import { collect, databaseOption, dataOption, identifier } from '../options.ts';
import { writeLines } from '../output.ts';
import { type StorePlace, withStore } from '../with-store.ts';

interface CareTeamOptions extends StorePlace {
  patient: string;
  doctor?: readonly string[];
  nobody?: true;
}

export function careTeamCommand(): Command {
  return new Command('care-team')
    .summary('say, or show, whose patient somebody is')
    .description(
      'A doctor on the care team sees the patient off call, too. The doctors that are named are all of the team; without any it is shown.',
    )
    .addOption(dataOption())
    .addOption(databaseOption())
    .requiredOption('--patient <id>', 'identity of the patient', identifier)
    .option('--doctor <id>', 'a doctor on the team (may be repeated)', collect)
    .option('--nobody', 'the team has nobody any more')
    .action(async ({ patient, doctor = [], nobody, ...place }: CareTeamOptions) => {
      if (nobody && doctor.length > 0) {
        throw new HospitalError('invalid-option', 'expected either doctors or --nobody');
      }
      const team = doctor.map((id) => formatIdentity({ role: 'doctor', id }));
      const now = await withStore(place, async (store) => {
        if (team.length > 0 || nobody) {
          const setting = { patient, team, actor: operator(), at: Date.now() };
          await store.transaction((db) => setCareTeam(store, setting, db));
        }
        return teamOf(store, patient);
      });
      writeLines(...(now.length > 0 ? now : ['Nobody is on the care team.']));
    });
}

async function teamOf(store: Store, patient: string): Promise<string[]> {
  const row = await store.patients.find(patient);
  if (row === undefined) throw new HospitalError('unknown-patient', 'expected a patient under our care');
  const all = await store.careTeams.all();
  return all.filter((each) => each.patient === row.number).map(({ person }) => person);
}
