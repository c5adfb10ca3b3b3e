// vitalseal hospital audit show
import { type AuditEntry, decodeEntry } from '@vitalseal/audit';
import { Command } from 'commander';
import { operator, patientName } from '../../audit/acts.ts';
import { LogReader } from '../../audit/log-reader.ts';
import { identifier } from '../options.ts';
import { writeLines } from '../output.ts';
import { type StorePlace, withStore } from '../with-store.ts';
import { aboutLog, entryNumber } from './with-log.ts';

interface ShowOptions extends StorePlace {
  patient?: string;
  actor?: string;
  kind?: string;
  last: number;
  json?: true;
}

export function showCommand(): Command {
  return aboutLog(new Command('show'))
    .summary('show the newest entries')
    .option('--patient <id>', 'of this patient only', identifier)
    .option('--actor <identity>', 'of this actor only, as the log names them')
    .option('--kind <kind>', 'of this kind only')
    .option('--last <number>', 'how many', entryNumber, 50)
    .option('--json', 'the entries as they stand in the log')
    .action(async ({ patient, actor, kind, last, json, ...place }: ShowOptions) => {
      const name = patient === undefined ? undefined : patientName(patient);
      const shown = await withStore(place, async (store) => {
        const reader = new LogReader(store.database);
        const { size } = await reader.head();
        await store.audit.record({
          kind: 'audit-read',
          actor: operator(),
          ...(name === undefined ? {} : { patient: name }),
        });
        const lines: string[] = [];
        for await (const { entry } of reader.entries(0, size)) {
          const decoded = decodeEntry(entry);
          if (name !== undefined && !concerns(decoded, name)) continue;
          if (actor !== undefined && decoded.actor !== actor) continue;
          if (kind !== undefined && decoded.kind !== kind) continue;
          lines.push(json ? entry : shownAs(decoded));
          if (lines.length > 2 * last) lines.splice(0, lines.length - last);
        }
        return lines.slice(-last);
      });
      if (shown.length > 0) writeLines(...shown);
    });
}

function concerns({ patient, what }: AuditEntry, name: string): boolean {
  return patient === name || (Array.isArray(what?.patients) && what.patients.includes(name));
}

function shownAs({ index, at, kind, actor, patient, refused, what }: AuditEntry): string {
  const about = patient === undefined ? '' : `  of ${patient}`;
  const but = refused === undefined ? '' : `  refused: ${refused}`;
  const more = kind === 'readings-stored' || what === undefined ? '' : `  ${JSON.stringify(what)}`;
  return `${index}  ${new Date(at).toISOString()}  ${kind}  by ${actor}${about}${but}${more}`;
}
