// vitalseal hospital: init, serve, admit, discharge, invite, people, sessions, revoke, remove, care-team, emergencies, card, rotate, reseal, recovery, recover, audit, list, report
import { Command } from 'commander';
import { admitCommand, dischargeCommand } from './commands/admit-command.ts';
import { attestationCommand, tpmCommand } from './commands/attestation-command.ts';
import { hospitalAuditCommand } from './commands/audit/hospital-audit-command.ts';
import { backupCommand, restoreCommand } from './commands/backup-command.ts';
import { cardCommand } from './commands/card/card-command.ts';
import { eraseCommand } from './commands/erase-command.ts';
import { initCommand } from './commands/init-command.ts';
import { recoverCommand } from './commands/keys/recover-command.ts';
import { recoveryCommand } from './commands/keys/recovery-command.ts';
import { resealCommand } from './commands/keys/reseal-command.ts';
import { rotateCommand } from './commands/keys/rotate-command.ts';
import { listCommand, reportCommand } from './commands/list-command.ts';
import { careTeamCommand } from './commands/people/care-team-command.ts';
import { inviteCommand } from './commands/people/invite-command.ts';
import { emergenciesCommand, peopleCommand, sessionsCommand } from './commands/people/list-people-commands.ts';
import { removeCommand, revokeCommand } from './commands/people/revoke-commands.ts';
import { retentionCommand } from './commands/retention-command.ts';
import { serveCommand } from './commands/serve-command.ts';
import type { BuiltPages } from './composition/hospital-options.ts';

/** @param pages folders of the built pages, where whoever composes the command line has them */
export function hospitalCommand(pages: BuiltPages = {}): Command {
  return new Command('hospital')
    .description('the hospital: takes readings in, scores them, raises and sends alarms')
    .addCommand(initCommand())
    .addCommand(serveCommand(pages))
    .addCommand(admitCommand())
    .addCommand(dischargeCommand())
    .addCommand(backupCommand())
    .addCommand(restoreCommand())
    .addCommand(eraseCommand())
    .addCommand(retentionCommand())
    .addCommand(inviteCommand())
    .addCommand(peopleCommand())
    .addCommand(sessionsCommand())
    .addCommand(revokeCommand())
    .addCommand(removeCommand())
    .addCommand(careTeamCommand())
    .addCommand(emergenciesCommand())
    .addCommand(attestationCommand())
    .addCommand(tpmCommand())
    .addCommand(cardCommand())
    .addCommand(rotateCommand())
    .addCommand(resealCommand())
    .addCommand(recoveryCommand())
    .addCommand(recoverCommand())
    .addCommand(hospitalAuditCommand())
    .addCommand(listCommand())
    .addCommand(reportCommand());
}
