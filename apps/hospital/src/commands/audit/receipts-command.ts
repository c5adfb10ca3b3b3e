// vitalseal hospital audit receipts
import { decodeEntry } from '@vitalseal/audit';
import { Command } from 'commander';
import { operator, patientName } from '../../audit/acts.ts';
import { LogReader } from '../../audit/log-reader.ts';
import { type ReadingReceipts, receiptsOf } from '../../audit/receipts.ts';
import { identifier } from '../options.ts';
import { writeJson, writeLines } from '../output.ts';
import { type StorePlace, withStore } from '../with-store.ts';
import { aboutLog } from './with-log.ts';

interface ReceiptsOptions extends StorePlace {
  patient: string;
  json?: true;
}

export function receiptsCommand(): Command {
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

function time(at: number): string {
  return new Date(at).toISOString();
}
