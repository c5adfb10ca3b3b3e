// vitalseal hospital audit: export, show, verify, prove, receipts, key
import { formatNoteKey, keyFingerprint } from '@vitalseal/audit';
import { Command } from 'commander';
import { writeLines } from '../output.ts';
import type { StorePlace } from '../with-store.ts';
import { exportCommand } from './export-command.ts';
import { proveCommand } from './prove-command.ts';
import { receiptsCommand } from './receipts-command.ts';
import { showCommand } from './show-command.ts';
import { verifyLogCommand } from './verify-log-command.ts';
import { aboutLog, withLog } from './with-log.ts';

export function hospitalAuditCommand(): Command {
  return new Command('audit')
    .description('the audit log: who did what, and who saw whose data')
    .addCommand(exportCommand())
    .addCommand(showCommand())
    .addCommand(verifyLogCommand())
    .addCommand(proveCommand())
    .addCommand(receiptsCommand())
    .addCommand(keyCommand());
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
