// vitalseal hospital audit export
import { createWriteStream } from 'node:fs';
import { Writable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { auditEvent, decodeEntry, type NoteKey } from '@vitalseal/audit';
import { Command } from 'commander';
import { operator } from '../../audit/acts.ts';
import { exportLog } from '../../audit/export-log.ts';
import { LogReader } from '../../audit/log-reader.ts';
import type { Store } from '../../store/open-store.ts';
import { writeLines } from '../output.ts';
import type { StorePlace } from '../with-store.ts';
import { aboutLog, entryNumber, withLog } from './with-log.ts';

interface ExportOptions extends StorePlace {
  out?: string;
  since: number;
  fhir?: true;
}

export function exportCommand(): Command {
  return aboutLog(new Command('export'))
    .summary('write the log to a file that can be verified without the hospital')
    .description(
      'Signs a checkpoint first, so that all of the file is vouched for. That it was exported is an entry, too.',
    )
    .option('--out <file>', 'instead of the standard output')
    .option('--since <number>', 'begin at the last checkpoint before this entry', entryNumber, 0)
    .option('--fhir', 'as FHIR R4 AuditEvent, one a line: for an audit repository; it cannot be verified')
    .action(async ({ out, since, fhir, ...place }: ExportOptions) => {
      await withLog(place, async ({ store, keeper, key }) => {
        const form = fhir ? 'fhir' : 'log';
        await store.audit.record({ kind: 'log-exported', actor: operator(), what: { since, form } });
        const { size } = await keeper.sign();
        const lines = fhir
          ? fhirLines(store, key, { since, until: size })
          : exportLog(store, { since, until: size, key });
        await pipeline(
          withNewlines(lines),
          out === undefined ? standardOutput() : createWriteStream(out, { mode: 0o600 }),
        );
        if (out !== undefined) writeLines(`The log up to entry ${size - 1} is in ${out}.`);
      });
    });
}

async function* fhirLines(
  store: Store,
  key: NoteKey,
  { since, until }: { since: number; until: number },
): AsyncGenerator<string> {
  for await (const { entry } of new LogReader(store.database).entries(since, until)) {
    yield JSON.stringify(auditEvent(key.name, decodeEntry(entry)));
  }
}

async function* withNewlines(lines: AsyncIterable<string>): AsyncGenerator<string> {
  for await (const line of lines) yield `${line}\n`;
}

/** The process's own output stays open when the lines end. */
function standardOutput(): Writable {
  return new Writable({ write: (chunk, encoding, done) => void process.stdout.write(chunk, encoding, done) });
}
