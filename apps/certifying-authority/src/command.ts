// vitalseal ca: the certifying authority on the command line.
import { Command } from 'commander';
import { approveTpmCommand } from './commands/approve-tpm-command.ts';
import { attestCommand } from './commands/attest-command.ts';
import { crlCommand } from './commands/crl-command.ts';
import { initCommand } from './commands/init-command.ts';
import { inviteCommand } from './commands/invite-command.ts';
import { listCommand } from './commands/list-command.ts';
import { revokeCommand } from './commands/revoke-command.ts';
import { serveCommand } from './commands/serve-command.ts';

export function certifyingAuthorityCommand(): Command {
  return new Command('ca')
    .description('The certifying authority: who is a sensor, a patient, a hospital, a doctor, an ambulance')
    .addCommand(initCommand())
    .addCommand(serveCommand())
    .addCommand(inviteCommand())
    .addCommand(revokeCommand())
    .addCommand(listCommand())
    .addCommand(crlCommand())
    .addCommand(attestCommand())
    .addCommand(approveTpmCommand());
}
