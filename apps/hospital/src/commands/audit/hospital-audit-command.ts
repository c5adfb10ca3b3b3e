// vitalseal hospital audit: export, show, verify, receipts
import { createWriteStream, existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { Writable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import {
  type AuditEntry,
  auditEvent,
  decodeEntry,
  formatNoteKey,
  keyFingerprint,
  type NoteKey,
  verifyExport,
} from '@vitalseal/audit';
import { Command } from 'commander';
import { operator, patientName } from '../../audit/acts.ts';
import { checkStore } from '../../audit/check-store.ts';
import { exportLog } from '../../audit/export-log.ts';
import { keptCheckpointFile, LogKeeper } from '../../audit/log-keeper.ts';
import { LogReader } from '../../audit/log-reader.ts';
import { type ReadingReceipts, receiptsOf } from '../../audit/receipts.ts';
import { HospitalError } from '../../errors.ts';
import { openKeyStore } from '../../keys/open-key-store.ts';
import type { Store } from '../../store/open-store.ts';
import { databaseOption, dataOption, identifier } from '../options.ts';
import { writeJson, writeLines } from '../output.ts';
import { type StorePlace, withStore } from '../with-store.ts';
import { summaryOf } from './verify-command.ts';

export function hospitalAuditCommand(): Command {
  return new Command('audit')
    .description('the audit log: who did what, and who saw whose data')
    .addCommand(exportCommand())
    .addCommand(showCommand())
    .addCommand(verifyCommand())
    .addCommand(receiptsCommand())
    .addCommand(keyCommand());
}

function aboutLog(command: Command): Command {
  return command.addOption(dataOption()).addOption(databaseOption());
}

/** The store with the key of its log. */
function withLog<Result>(
  place: StorePlace,
  work: (parts: { store: Store; keeper: LogKeeper; key: NoteKey }) => Promise<Result>,
): Promise<Result> {
  return withStore(place, async (store) => {
    const keyStore = await openKeyStore(place.data);
    try {
      const keeper = new LogKeeper({ store, dataDir: place.data, key: () => keyStore.auditKey });
      return await work({ store, keeper, key: await keeper.noteKey() });
    } finally {
      await keyStore.close();
    }
  });
}

interface ExportOptions extends StorePlace {
  out?: string;
  since: number;
  fhir?: true;
}

function exportCommand(): Command {
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

interface ShowOptions extends StorePlace {
  patient?: string;
  actor?: string;
  kind?: string;
  last: number;
  json?: true;
}

function showCommand(): Command {
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

function verifyCommand(): Command {
  return aboutLog(new Command('verify'))
    .summary('hold the log against its checkpoints, and the store against the log')
    .description(
      'Exit code 0: sound; 1: damaged, and each line names an entry of the log or a reading of the store. Changes nothing.',
    )
    .action(async (place: StorePlace) => {
      const isSound = await withLog(place, async ({ store, key }) => {
        const { size } = await new LogReader(store.database).head();
        const kept = join(place.data, keptCheckpointFile);
        const verdict = await verifyExport(exportLog(store, { until: size, key }), {
          kept: existsSync(kept) ? [readFileSync(kept, 'utf8')] : [],
          acceptUnsigned: true,
        });
        writeLines(`log: ${summaryOf(verdict, true)}`);
        if (verdict.finding !== undefined) return false;
        const { sound, gone, beforeLog, findings } = await checkStore(store);
        for (const { damage, line } of findings) writeLines(`store: DAMAGED (${damage}): ${line}`);
        const older = beforeLog === 0 ? '' : `, ${beforeLog} are older than the log`;
        writeLines(`store: ${sound} readings are as the log has them, ${gone} went as it says${older}`);
        return findings.length === 0;
      });
      if (!isSound) process.exitCode = 1;
    });
}

interface ReceiptsOptions extends StorePlace {
  patient: string;
  json?: true;
}

function receiptsCommand(): Command {
  return aboutLog(new Command('receipts'))
    .summary("show who had each of a patient's readings, from the sensor to the doctor")
    .requiredOption('--patient <id>', 'identity of the patient', identifier)
    .option('--json', 'one reading a line, as JSON')
    .action(async ({ patient, json, ...place }: ReceiptsOptions) => {
      const name = patientName(patient);
      const receipts = receiptsOf(name);
      await withStore(place, async (store) => {
        const reader = new LogReader(store.database);
        const { size } = await reader.head();
        await store.audit.record({ kind: 'audit-read', actor: operator(), patient: name });
        for await (const { entry } of reader.entries(0, size)) receipts.take(decodeEntry(entry));
      });
      for (const reading of receipts.list()) {
        if (json) writeJson(reading);
        else writeLines(...receiptLines(reading));
      }
    });
}

function receiptLines({
  source,
  sequence,
  channel,
  record,
  recordHash,
  storedAt,
  entry,
  alarms,
}: ReadingReceipts): string[] {
  const lines = [
    `${source} ${sequence} -> card ${channel} ${record} (${recordHash}) -> stored and acknowledged ${time(storedAt)}, entry ${entry}`,
  ];
  for (const { alarm, raisedAt, received, opened, acknowledged } of alarms) {
    lines.push(`  alarm ${alarm} raised ${time(raisedAt)}`);
    for (const [what, receipts] of Object.entries({ received, opened, acknowledged })) {
      for (const { by, at } of receipts) lines.push(`    ${what} ${time(at)} by ${by}`);
    }
  }
  return lines;
}

function keyCommand(): Command {
  return aboutLog(new Command('key'))
    .summary("show the log's key, for whoever is to verify its exports")
    .action(async (place: StorePlace) => {
      const key = await withLog(place, async (parts) => parts.key);
      writeLines(formatNoteKey(key));
      process.stderr.write(`SHA-256 of the key: ${await keyFingerprint(key)}\n`);
    });
}

function time(at: number): string {
  return new Date(at).toISOString();
}

function entryNumber(text: string): number {
  if (!/^\d{1,15}$/.test(text)) throw new HospitalError('invalid-option', 'expected a whole number');
  return Number(text);
}
