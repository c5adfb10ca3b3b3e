// `vitalseal card`: the patient's UICC as a process of its own, and what its owner does with it.

import { parseClock } from '@vitalseal/recording';
import { PcscSession, vpcdPort } from '@vitalseal/uicc/node';
import { Command } from 'commander';
import { CardAppError } from './errors.ts';
import { codeCommand } from './image/code-command.ts';
import { pinCommand } from './pin/pin-commands.ts';
import { presentSoftwareCard } from './present.ts';
import { cardStatus } from './status.ts';
import { type CardOptions, withCard, withCardOptions } from './which-card.ts';

interface PresentOptions {
  readonly pcsc?: boolean;
  readonly data?: string;
  readonly port: string;
  readonly clock?: string;
}

export function cardCommand(): Command {
  const command = new Command('card')
    .description("the patient's UICC, as a card of the PC/SC stack")
    .enablePositionalOptions()
    .option('--pcsc', 'put the software card into a virtual reader (vsmartcard-vpcd), until stopped')
    .option('--data <folder>', 'folder of the software card; a new one is made there')
    .option('--port <port>', 'port of the virtual reader: vpcd has one for each of its two slots', String(vpcdPort))
    .option('--clock <origin,startedAt,speed>', 'the clock of a replay that other processes share')
    .action(present);
  withCardOptions(command.command('status'))
    .description('say what a card tells without its PIN')
    .action(async (options: CardOptions) => {
      for (const line of await withCard(options, cardStatus)) console.log(line);
    });
  command.addCommand(pinCommand());
  command.addCommand(codeCommand());
  command.command('readers').description('list the readers of pcscd, and which have a card').action(listReaders);
  return command;
}

async function present(options: PresentOptions): Promise<void> {
  const { data, clock } = options;
  if (options.pcsc !== true || data === undefined) {
    throw new CardAppError('card-option-invalid', 'expected --pcsc --data <folder>, or a command: see "card --help"');
  }
  const stopped = Promise.withResolvers<void>();
  const stop = () => stopped.resolve();
  process.once('SIGINT', stop).once('SIGTERM', stop);
  try {
    await presentSoftwareCard(
      {
        folder: data,
        port: parsePort(options.port),
        elapsed: clock === undefined ? () => performance.now() : parseClock(clock).now,
        say: (line) => console.log(line),
      },
      stopped.promise,
    );
  } finally {
    process.off('SIGINT', stop).off('SIGTERM', stop);
  }
}

async function listReaders(): Promise<void> {
  const session = await PcscSession.open();
  try {
    const readers = await session.readers();
    if (readers.length === 0) console.log('pcscd has no readers');
    for (const { name, card, exclusive } of readers) {
      console.log(`${name}: ${card ? `a card${exclusive ? ', in use' : ''}` : 'empty'}`);
    }
  } finally {
    session.close();
  }
}

function parsePort(text: string): number {
  const port = Number(text);
  if (/^\d+$/.test(text) && port >= 1 && port <= 65535) return port;
  throw new CardAppError('card-option-invalid', 'expected a port from 1 to 65535');
}
