// vitalseal hospital recover
import { existsSync, readFileSync } from 'node:fs';
import { open } from 'node:fs/promises';
import { join } from 'node:path';
import { parseIdentity, sameIdentity } from '@vitalseal/protocol';
import { Command } from 'commander';
import { readBackupHeader } from '../../at-rest/backup/backup-file.ts';
import { HospitalError } from '../../errors.ts';
import { hospitalFiles, readParticulars } from '../../keys/hospital-folder.ts';
import { recoverHospital, resealRecovered } from '../../keys/recover-hospital.ts';
import { parseRecoveryRecord, readRecoveryRecord, writeRecoveryRecord } from '../../keys/recovery/recovery-record.ts';
import { recover } from '../../keys/recovery/split.ts';
import { becomeSoleServer } from '../../store/sole-server.ts';
import {
  type ClaimOptions,
  claimOf,
  type KeyPlaceOptions,
  keyPlaceOf,
  serverNamesOf,
  withClaimOptions,
  withKeyPlaceOptions,
} from '../enrolment-options.ts';
import { databaseOption, dataOption } from '../options.ts';
import { writeLines } from '../output.ts';
import type { StorePlace } from '../with-store.ts';
import { type ShareOptions, sharesOf, withShareOptions } from './shares.ts';

type RecoverOptions = StorePlace & ShareOptions & ClaimOptions & KeyPlaceOptions & { readonly record?: string };

export function recoverCommand(): Command {
  const command = new Command('recover')
    .summary('bring the data back with recovery shares')
    .description(
      "Where the TPM is lost: with --tpm or --keys, and a new invitation of the hospital by the certifying authority, it makes new keys in the new place; what wraps the data's keys comes from the shares. Where the TPM is there, but releases nothing to the release that runs (an update without `reseal`): the shares alone. The hospital must not be serving.",
    )
    .addOption(dataOption())
    .addOption(databaseOption())
    .option(
      '--record <file>',
      "a backup, or a copy of recovery.json, if the data folder is lost as well (default: the folder's own)",
    );
  return withKeyPlaceOptions(withClaimOptions(withShareOptions(command)))
    .addHelpText(
      'after',
      '\nExample:\n  vitalseal hospital recover --data ./hospital --tpm /dev/tpmrm0 --link LINK --shares-from -',
    )
    .action(recoverAction);
}

async function recoverAction(options: RecoverOptions): Promise<void> {
  const { data: dataDir, databaseUrl } = options;
  const record = parseRecoveryRecord(await recordText(options));
  const wrappingKeys = await recover(record, sharesOf(options));
  const recovered = { dataDir, databaseUrl, wrappingKeys };
  const isNew = options.tpm !== undefined || options.keys !== undefined;
  if (!existsSync(dataDir) && !isNew) throw new HospitalError('invalid-option', 'expected --tpm, or --keys software');
  const sole = existsSync(dataDir) ? await becomeSoleServer({ dataDir, databaseUrl }) : undefined;
  try {
    if (isNew) await recoverHospital(recovered, enrolmentOf(options));
    else await resealRecovered(recovered);
    writeRecoveryRecord(dataDir, record);
  } finally {
    await sole?.release();
  }
  writeLines(
    'The data is back. Next: vitalseal hospital recovery split, since these shares have been seen together,',
    `then: vitalseal hospital serve --data ${dataDir}`,
  );
}

async function recordText({ record, data }: RecoverOptions): Promise<string> {
  const text = record === undefined ? readRecoveryRecord(data) : await recordIn(record);
  if (text !== undefined) return text;
  throw new HospitalError('recovery-refused', 'expected recovery.json in the data folder, or --record');
}

/** A backup carries the record that was there when it was made; any other file is taken for the record itself. */
async function recordIn(path: string): Promise<string | undefined> {
  try {
    const file = await open(path, 'r');
    try {
      return (await readBackupHeader(file)).recovery ?? undefined;
    } catch {
      return readFileSync(path, 'utf8');
    } finally {
      await file.close();
    }
  } catch (cause) {
    throw new HospitalError('invalid-file', 'expected --record to be a file that can be read', { cause });
  }
}

/** The same hospital as before, where the folder still says which one it was. */
function enrolmentOf(options: RecoverOptions) {
  const { data: dataDir } = options;
  const claim = claimOf(options);
  const keys = keyPlaceOf(options);
  const known = existsSync(join(dataDir, hospitalFiles.particulars)) ? readParticulars(dataDir) : undefined;
  if (known !== undefined && !sameIdentity(parseIdentity(known.identity), claim.identity)) {
    throw new HospitalError('invalid-option', 'expected an invitation of the hospital that this folder is of');
  }
  const serverNames =
    options.serverName === undefined && known !== undefined ? known.serverNames : serverNamesOf(options);
  return { dataDir, ...claim, serverNames, keys };
}
