// vitalseal hospital rotate identity|listener|wrapping|data|audit
import { Command } from 'commander';
import { rotateDataKeys } from '../../at-rest/rotate-data-keys.ts';
import { operator } from '../../audit/acts.ts';
import { type Rotation, rotateAudit, rotateIdentity, rotateListener, rotateWrapping } from '../../keys/rotate.ts';
import { databaseOption, dataOption, identifier } from '../options.ts';
import { writeLines } from '../output.ts';
import type { StorePlace } from '../with-store.ts';
import { withKeys } from './with-keys.ts';

export function rotateCommand(): Command {
  return new Command('rotate')
    .summary('replace a key of the hospital, while it serves')
    .description(
      "Replaces one of the hospital's keys. A hospital that serves beside it takes the new one over within a second or two, and no reading is lost: channels with patients go on, and devices of people shake hands anew where they must.",
    )
    .addCommand(
      rotation(
        'identity',
        "the hospital's own key: made anew and certified by a proof with the one before",
        async (work) => {
          await rotateIdentity(work);
          writeLines('The hospital has a new key. Devices of people shake hands with it anew.');
        },
      ),
    )
    .addCommand(
      rotation('listener', 'key and certificate of the HTTPS listeners', async (work) => {
        await rotateListener(work);
        writeLines('The listeners have a new key and certificate.');
      }),
    )
    .addCommand(
      rotation<{ forgetOlder?: true }>('wrapping', 'what wraps the keys of the data', async (work, { forgetOlder }) => {
        const wrapped = await rotateWrapping(work, { forgetOlder: forgetOlder === true });
        writeLines(`${wrapped} data keys are wrapped under a new key.`);
      }).option('--forget-older', 'destroy the keys before it: backups that were made under them open no more'),
    )
    .addCommand(
      rotation<{ patient?: string }>('data', 'what seals the data from now on', async ({ store }, { patient }) => {
        const made = await rotateDataKeys(store, patient === undefined ? 'all' : { patient }, operator());
        writeLines(`${made} new data keys. What is stored stays under the keys before them.`);
      }).option(
        '--patient <id>',
        "that patient's alone (default: every patient's, and the hospital's own)",
        identifier,
      ),
    )
    .addCommand(
      rotation('audit', 'what signs the checkpoints of the audit log', async (work) => {
        await rotateAudit(work);
        writeLines('The audit log has a new key; the log itself says from which entry on.');
      }),
    );
}

function rotation<Options = object>(
  name: string,
  summary: string,
  rotate: (work: Rotation, options: Options) => Promise<void>,
): Command {
  return new Command(name)
    .summary(summary)
    .addOption(dataOption())
    .addOption(databaseOption())
    .action(async (options: StorePlace & Options) => withKeys(options, (work) => rotate(work, options)));
}
