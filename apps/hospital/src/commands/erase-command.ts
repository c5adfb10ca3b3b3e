// vitalseal hospital erase
import { Command } from 'commander';
import { erasePatient } from '../at-rest/erase-patient.ts';
import { noteErasure } from '../at-rest/erasures.ts';
import { operator } from '../audit/acts.ts';
import { HospitalError } from '../errors.ts';
import { openKeyStore } from '../keys/open-key-store.ts';
import { databaseOption, dataOption, identifier } from './options.ts';
import { progress, writeLines } from './output.ts';
import { type StorePlace, withStore } from './with-store.ts';

interface EraseOptions extends StorePlace {
  patient: string;
  confirm?: string;
}

export function eraseCommand(): Command {
  return new Command('erase')
    .summary('erase a patient: the data key, and with it everything that was ever sealed under it')
    .description(
      'The patient must have been discharged. Erased are name, bed, policy, every reading with its place, and what alarms said. Kept are pseudonyms: the identity, numbers and times, which of the staff did what, and the audit log. The key is also in backups that were made before: they bring nobody back where they are restored with this data folder, and the key itself ends everywhere with the wrapping key (`vitalseal hospital rotate`, then new backups).',
    )
    .addOption(dataOption())
    .addOption(databaseOption())
    .requiredOption('--patient <id>', 'identity of the patient', identifier)
    .option('--confirm <id>', 'the identity once more: it cannot be taken back')
    .action(async ({ patient, confirm, ...place }: EraseOptions) => {
      const wrappingKeys = await (await openKeyStore(place.data)).wrappingKeys();
      const removed = await withStore(place, async (store) => {
        const known = await store.patients.find(patient);
        if (known === undefined) throw new HospitalError('unknown-patient', 'expected a patient of this hospital');
        if (known.discharged_at === null) {
          throw new HospitalError('patient-under-care', 'expected a patient who was discharged');
        }
        if (confirm !== patient) {
          const readings = await store.readings.countOf(known.number);
          throw new HospitalError(
            'not-confirmed',
            `expected --confirm with the identity: ${readings} readings, the name, the bed and what the alarms said would be gone for good`,
          );
        }
        const at = Date.now();
        const onProgress = progress('readings deleted');
        const onErasing = () => noteErasure(place.data, wrappingKeys, { patient, at });
        const dischargedBefore = Number.MAX_SAFE_INTEGER;
        return erasePatient(store, patient, { actor: operator(), at, dischargedBefore, onErasing, onProgress });
      });
      writeLines(`The patient "${patient}" is erased, and ${removed} readings with them.`);
    });
}
