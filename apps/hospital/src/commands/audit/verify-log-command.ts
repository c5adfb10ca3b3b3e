// vitalseal hospital audit verify
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { verifyExport } from '@vitalseal/audit';
import { Command } from 'commander';
import { checkStore } from '../../audit/check-store.ts';
import { exportLog } from '../../audit/export-log.ts';
import { keptCheckpointFile } from '../../audit/kept-checkpoint.ts';
import { LogReader } from '../../audit/log-reader.ts';
import { collect } from '../options.ts';
import { progress, writeLines } from '../output.ts';
import type { StorePlace } from '../with-store.ts';
import { keysOf } from './read-files.ts';
import { summaryOf } from './verify-command.ts';
import { aboutLog, withLog } from './with-log.ts';

export function verifyLogCommand(): Command {
  return aboutLog(new Command('verify'))
    .summary('hold the log against its checkpoints, and the store against the log')
    .description(
      'Exit code 0: sound; 1: damaged, and each line names an entry of the log or a reading of the store. Changes nothing.',
    )
    .option(
      '--key <file>',
      'a key of the log that its key of now does not follow from, as before a recovery (may be repeated)',
      collect,
    )
    .action(async ({ key: further = [], ...place }: StorePlace & { key?: readonly string[] }) => {
      const before = await keysOf(further);
      const isSound = await withLog(place, async ({ store, key }) => {
        // Before the head is: a hospital that serves may keep a newer one at any time.
        const path = join(place.data, keptCheckpointFile);
        const kept = existsSync(path) ? [readFileSync(path, 'utf8')] : [];
        const { size } = await new LogReader(store.database).head();
        const verdict = await verifyExport(exportLog(store, { until: size, key }), {
          ...(before.length === 0 ? {} : { keys: [...before, key] }),
          kept,
          acceptUnsigned: true,
        });
        writeLines(`log: ${summaryOf(verdict, true)}`);
        if (verdict.finding !== undefined) return false;
        const { sound, gone, beforeLog, findings } = await checkStore(store, progress('readings held against the log'));
        for (const { damage, line } of findings) writeLines(`store: DAMAGED (${damage}): ${line}`);
        const older = beforeLog === 0 ? '' : `, ${beforeLog} are older than the log`;
        writeLines(`store: ${sound} readings are as the log has them, ${gone} went as it says${older}`);
        return findings.length === 0;
      });
      if (!isSound) process.exitCode = 1;
    });
}
