// vitalseal ca revoke
import type { RevocationTarget } from '@vitalseal/certifying-authority';
import type { Role } from '@vitalseal/protocol';
import { Command } from 'commander';
import { openAuthority } from './open-authority.ts';
import { dataOption, identityFrom, jsonOption, mistake, parseRole, parseSerial } from './options.ts';
import { writeJson, writeLines } from './output.ts';

interface RevokeOptions {
  data: string;
  serial?: string;
  role?: Role;
  id?: string;
  json?: true;
}

export function revokeCommand(): Command {
  return new Command('revoke')
    .summary('revoke a certificate, or all of an identity')
    .description(
      'Revokes for good. With --serial: that certificate and all renewed from it. With --role and --id: every certificate of that identity, and its unused activation codes. Running servers follow at once; whoever watches the revocation list ends the sessions.',
    )
    .addOption(dataOption())
    .option('--serial <hex>', 'serial number, as "vitalseal ca list" shows it', parseSerial)
    .option('--role <role>', 'role of the identity', parseRole)
    .option('--id <id>', 'identifier of the identity')
    .addOption(jsonOption())
    .addHelpText('after', '\nExample:\n  vitalseal ca revoke --data ./authority --role doctor --id d-4')
    .action(async ({ data, json, ...options }: RevokeOptions) => {
      const target = targetOf(options);
      const authority = await openAuthority(data);
      const revoked = await authority.revoke(target);
      const { number } = await authority.crl();
      if (json) return writeJson({ revoked, crlNumber: number });
      const certificates = revoked.length === 1 ? '1 certificate' : `${revoked.length} certificates`;
      writeLines(
        `Revoked ${certificates}; revocation list number ${number}.`,
        ...revoked.map((serial) => `  ${serial}`),
      );
    });
}

function targetOf({ serial, role, id }: Pick<RevokeOptions, 'serial' | 'role' | 'id'>): RevocationTarget {
  if (serial !== undefined && role === undefined && id === undefined) return { serial };
  if (serial === undefined && role !== undefined && id !== undefined) return { identity: identityFrom({ role, id }) };
  throw mistake('expected either --serial, or --role and --id');
}
