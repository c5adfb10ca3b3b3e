// vitalseal hospital audit prove
import { writeFileSync } from 'node:fs';
import { Command } from 'commander';
import { operator } from '../../audit/acts.ts';
import { proveEntry, proveGrowth } from '../../audit/prove-log.ts';
import { HospitalError } from '../../errors.ts';
import { writeLines } from '../output.ts';
import type { StorePlace } from '../with-store.ts';
import { textOf } from './read-files.ts';
import { aboutLog, entryNumber, withLog } from './with-log.ts';

interface ProveOptions extends StorePlace {
  entry?: number;
  checkpoint?: string;
  out?: string;
}

export function proveCommand(): Command {
  return aboutLog(new Command('prove'))
    .summary('prove that one entry is in the log, or that the log goes on from a checkpoint that was kept')
    .description(
      'A file for `vitalseal audit check`, in the forms of C2SP: tlog-proof with the entry in it, or the body of a request to a witness. It shows of the log that one entry, and nothing of the others but hashes. That it was made is an entry, too.',
    )
    .option('--entry <number>', 'the entry that is to be proved', entryNumber)
    .option('--checkpoint <file>', 'the checkpoint from which the log is to be proved to go on')
    .option('--out <file>', 'instead of the standard output')
    .action(async ({ entry, checkpoint, out, ...place }: ProveOptions) => {
      if ((entry === undefined) === (checkpoint === undefined)) {
        throw new HospitalError('invalid-option', 'expected either --entry or --checkpoint');
      }
      const kept = checkpoint === undefined ? undefined : textOf(checkpoint);
      const proof = await withLog(place, async ({ store, keeper, key }) => {
        const form = kept === undefined ? 'inclusion' : 'consistency';
        await store.audit.record({ kind: 'log-exported', actor: operator(), what: { since: entry ?? 0, form } });
        const { size, note } = await keeper.sign();
        const log = { database: store.database, note, size, key };
        return kept === undefined ? proveEntry(log, entry ?? 0) : proveGrowth(log, kept);
      });
      if (out === undefined) process.stdout.write(proof);
      else {
        writeFileSync(out, proof, { mode: 0o600 });
        writeLines(`The proof is in ${out}.`);
      }
    });
}
