// vitalseal ca list
import type { ListOptions } from '@vitalseal/certifying-authority';
import { formatIdentity, type Role } from '@vitalseal/protocol';
import { Command } from 'commander';
import { openAuthority } from './open-authority.ts';
import { dataOption, identityFrom, jsonOption, mistake, parseRole } from './options.ts';
import { formatTime, holderOf, mayRegister, mayRegisterStaff, table, writeJson, writeLines } from './output.ts';

const mostShown = 1000;

interface ListCommandOptions {
  data: string;
  valid?: true;
  role?: Role;
  id?: string;
  all?: true;
  json?: true;
}

function whichOf({ valid, role, id, all }: Omit<ListCommandOptions, 'data'>): NonNullable<ListOptions['which']> {
  if ((role === undefined) !== (id === undefined)) throw mistake('expected --role and --id together');
  if (role !== undefined && id !== undefined) return { identity: identityFrom({ role, id }) };
  if (valid) return 'valid';
  return all ? 'all' : { newest: mostShown };
}

export function listCommand(): Command {
  return new Command('list')
    .summary('list the certificates that were issued')
    .description(
      `Lists certificates of the authority, oldest first, with their state: valid, expired or revoked. Of more than ${mostShown} only those of the last days, unless told otherwise.`,
    )
    .addOption(dataOption())
    .option('--valid', 'those that are valid now')
    .option('--role <role>', 'with --id: those of one identity', parseRole)
    .option('--id <id>', 'identifier of the identity')
    .option('--all', 'every one there ever was')
    .addOption(jsonOption())
    .action(async ({ data, json, ...options }: ListCommandOptions) => {
      const listed = await (await openAuthority(data)).list({ which: whichOf(options) });
      const shown = options.valid ? listed.filter(({ state }) => state === 'valid') : listed;
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
