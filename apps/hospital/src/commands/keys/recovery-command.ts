// vitalseal hospital recovery split|check
import { Command } from 'commander';
import { operator } from '../../audit/acts.ts';
import { HospitalError } from '../../errors.ts';
import { parseRecoveryRecord, readRecoveryRecord, writeRecoveryRecord } from '../../keys/recovery/recovery-record.ts';
import { recover, splitRecovery } from '../../keys/recovery/split.ts';
import { databaseOption, dataOption, wholeNumber } from '../options.ts';
import { writeLines } from '../output.ts';
import type { StorePlace } from '../with-store.ts';
import { type ShareOptions, sharesOf, withShareOptions } from './shares.ts';
import { withKeys } from './with-keys.ts';

export function recoveryCommand(): Command {
  return new Command('recovery')
    .summary('shares that bring the data back when the TPM is lost')
    .addCommand(splitCommand())
    .addCommand(checkCommand());
}

function splitCommand(): Command {
  return new Command('split')
    .summary('split a recovery secret among people')
    .description(
      'Prints shares, once. Give each to another person, on paper: so many of them together bring the wrapping keys back on a new TPM (`vitalseal hospital recover`), fewer know nothing. Shares of an earlier split are worthless from then on.',
    )
    .addOption(dataOption())
    .addOption(databaseOption())
    .option('--of <shares>', 'how many shares there are', wholeNumber, 5)
    .option('--need <shares>', 'how many of them are needed', wholeNumber, 3)
    .action(async ({ of, need, ...place }: StorePlace & { of: number; need: number }) => {
      const shares = await withKeys(place, async ({ dataDir, keyStore, store }) => {
        const made = await splitRecovery(await keyStore.wrappingKeys(), { need, of });
        await store.audit.record({ kind: 'key-shared', actor: operator(), what: { key: 'recovery', need, of } });
        // Last: from here on the shares of before are worthless, so these must come to be printed.
        writeRecoveryRecord(dataDir, made.record);
        return made.shares;
      });
      writeLines(
        ...shares.flatMap((share, index) => [`Share ${index + 1} of ${of}:`, `  ${share}`, '']),
        `Any ${need} of them bring the data back. They are not shown again and stand nowhere else.`,
      );
    });
}

function checkCommand(): Command {
  const command = new Command('check')
    .summary('rehearse: whether these shares would bring the data back')
    .addOption(dataOption());
  return withShareOptions(command).action(async ({ data, ...shares }: ShareOptions & { data: string }) => {
    const text = readRecoveryRecord(data);
    if (text === undefined) throw new HospitalError('recovery-refused', 'expected shares to have been split before');
    const keys = await recover(parseRecoveryRecord(text), sharesOf(shares));
    writeLines(`These shares bring back ${keys.length === 1 ? 'the wrapping key' : `${keys.length} wrapping keys`}.`);
  });
}
