// vitalseal hospital backup, restore
import { existsSync } from 'node:fs';
import { resolve } from 'node:path';
import { Command } from 'commander';
import { makeBackup } from '../at-rest/backup/make-backup.ts';
import { restoreHospital } from '../at-rest/backup/restore-hospital.ts';
import { operator } from '../audit/acts.ts';
import { HospitalError } from '../errors.ts';
import { readParticulars } from '../keys/hospital-folder.ts';
import { openKeyStore } from '../keys/open-key-store.ts';
import { readRecoveryRecord } from '../keys/recovery/recovery-record.ts';
import { becomeSoleServer } from '../store/sole-server.ts';
import { databaseOption, dataOption } from './options.ts';
import { progress, writeLines } from './output.ts';
import { type StorePlace, withStore } from './with-store.ts';

export function backupCommand(): Command {
  return new Command('backup')
    .summary('all that is stored, in one file, proved by restoring it; the hospital may go on serving')
    .description(
      'Sealed under the wrapping key, so the keys of the data folder (or the recovery shares) are needed to restore it. Left out are channels and sessions: after a restore every device shakes hands anew.',
    )
    .addOption(dataOption())
    .addOption(databaseOption())
    .requiredOption('--out <file>', 'the file, which must not be there yet')
    .action(async ({ out, ...place }: StorePlace & { out: string }) => {
      const path = resolve(out);
      if (existsSync(path)) throw new HospitalError('invalid-file', 'expected a file at --out that is not there yet');
      const wrappingKeys = await (await openKeyStore(place.data)).wrappingKeys();
      const { rows, digest, unreadable } = await withStore(place, (store) =>
        makeBackup({
          store,
          path,
          hospital: readParticulars(place.data).identity,
          recovery: readRecoveryRecord(place.data) ?? null,
          wrappingKeys,
          actor: operator(),
          onProgress: progress('rows written'),
        }),
      );
      writeLines(`${rows} rows are in ${out}, and were restored from it. Content: sha256 ${digest}`);
      if (unreadable > 0) {
        writeLines(
          `${unreadable} values in it do not open, as they do not in the store: compare it with the audit log.`,
        );
      }
    });
}

export function restoreCommand(): Command {
  return new Command('restore')
    .summary('put a backup back into an empty store, of either kind')
    .description(
      'With the data folder whose keys sealed it, and while no hospital serves from it. Patients who were erased since the backup was made are erased again.',
    )
    .addOption(dataOption())
    .addOption(databaseOption())
    .requiredOption('--from <file>', 'a file that `vitalseal hospital backup` has made')
    .action(async ({ from, ...place }: StorePlace & { from: string }) => {
      const path = resolve(from);
      if (!existsSync(path)) throw new HospitalError('invalid-file', 'expected a file at --from');
      const keyStore = await openKeyStore(place.data);
      const sole = await becomeSoleServer({ dataDir: place.data, databaseUrl: place.databaseUrl });
      try {
        const { rows, madeAt, erased } = await restoreHospital({
          dataDir: place.data,
          path,
          keyStore,
          withStore: (work) => withStore(place, work),
          actor: operator(),
          onProgress: progress('rows restored'),
        });
        const of = new Date(madeAt).toISOString();
        writeLines(
          rows === undefined ? `What was cut short of ${of} is restored.` : `${rows} rows of ${of} are restored.`,
        );
        if (erased > 0) writeLines(`${erased} patients who were erased since are erased again.`);
        writeLines('Every device shakes hands anew, and people sign in again.');
      } finally {
        await sole.release();
      }
    });
}
