// vitalseal ca list
import { formatIdentity } from '@vitalseal/protocol';
import { Command } from 'commander';
import { openAuthority } from './open-authority.ts';
import { dataOption, jsonOption } from './options.ts';
import { formatTime, holderOf, mayRegister, mayRegisterStaff, table, writeJson, writeLines } from './output.ts';

export function listCommand(): Command {
  return new Command('list')
    .summary('list the certificates that were issued')
    .description('Lists every certificate of the authority, oldest first, with its state: valid, expired or revoked.')
    .addOption(dataOption())
    .option('--valid', 'only those that are valid now')
    .addOption(jsonOption())
    .action(async ({ data, valid, json }: { data: string; valid?: true; json?: true }) => {
      const all = await (await openAuthority(data)).list();
      const shown = valid ? all.filter(({ state }) => state === 'valid') : all;
      if (json) {
        return writeJson(
          shown.map((record) => ({
            serial: record.serial,
            kind: record.kind,
            identity: record.identity === undefined ? null : formatIdentity(record.identity),
            serverNames: record.serverNames,
            registrationAuthority: mayRegister(record),
            staffRegistration: mayRegisterStaff(record),
            state: record.state,
            issuedAt: formatTime(record.issuedAt),
            notAfter: formatTime(record.notAfter),
          })),
        );
      }
      if (shown.length === 0) return writeLines('No certificates yet: invite somebody with "vitalseal ca invite".');
      const rows = shown.map((record) => [
        record.state,
        holderOf(record),
        record.serial,
        formatTime(record.issuedAt),
        formatTime(record.notAfter),
      ]);
      writeLines(...table([['STATE', 'HOLDER', 'SERIAL', 'ISSUED', 'UNTIL'], ...rows]));
    });
}
