// vitalseal hospital card: invite, list, show, status, policy, sensors, access, image, update, unblock-pin, lock, unlock, terminate
import { Command } from 'commander';
import { imageCommand } from './image-command.ts';
import { inviteCardCommand } from './invite-card-command.ts';
import { listCardsCommand, showCardCommand } from './list-cards-command.ts';
import { orderCommands } from './order-commands.ts';

export function cardCommand(): Command {
  const card = new Command('card')
    .summary("administer the patients' cards: over the air, as they call")
    .description(
      'A card calls its hospital about as often as it was told to, and is then given what was ordered here. Orders wait in the store, for the hospital that serves now or will.',
    )
    .addCommand(inviteCardCommand())
    .addCommand(listCardsCommand())
    .addCommand(showCardCommand())
    .addCommand(imageCommand());
  for (const command of orderCommands()) card.addCommand(command);
  return card;
}
