// vitalseal hospital: init, serve, admit, discharge, invite, list, report
import { Command } from 'commander';
import { admitCommand, dischargeCommand } from './commands/admit-command.ts';
import { initCommand } from './commands/init-command.ts';
import { inviteCommand } from './commands/invite-command.ts';
import { listCommand, reportCommand } from './commands/list-command.ts';
import { serveCommand } from './commands/serve-command.ts';

export function hospitalCommand(): Command {
  return new Command('hospital')
    .description('the hospital: takes readings in, scores them, raises and sends alarms')
    .addCommand(initCommand())
    .addCommand(serveCommand())
    .addCommand(admitCommand())
    .addCommand(dischargeCommand())
    .addCommand(inviteCommand())
    .addCommand(listCommand())
    .addCommand(reportCommand());
}
