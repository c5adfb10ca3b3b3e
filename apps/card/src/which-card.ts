// The card that a command is for: the software card in a folder, or the card in a reader.

import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { openSoftwareCard } from '@vitalseal/secure-element/node';
import { exclusively, MhaClient } from '@vitalseal/secure-element/terminal';
import type { Card } from '@vitalseal/uicc';
import { openPcscCard } from '@vitalseal/uicc/node';
import type { Command } from 'commander';
import { CardAppError } from './errors.ts';

export interface CardOptions {
  readonly data?: string;
  readonly reader?: string | true;
}

export function withCardOptions(command: Command): Command {
  return command
    .option('--data <folder>', 'folder of a software card that no process has open')
    .option('--reader [name]', 'card in a reader of pcscd, by name, or in the only one that has a card');
}

/** @throws CardAppError `card-option-invalid` unless exactly one is named */
export async function withCard<T>({ data, reader }: CardOptions, run: (card: Card) => Promise<T>): Promise<T> {
  if ((data === undefined) === (reader === undefined)) {
    throw new CardAppError('card-option-invalid', 'expected --data or --reader: which card is meant');
  }
  const card =
    data === undefined ? await openPcscCard(typeof reader === 'string' ? { reader } : {}) : await openThere(data);
  try {
    return await run(card);
  } finally {
    await card.close();
  }
}

/** A folder that was mistyped is not a fresh card. */
function openThere(folder: string): Promise<Card & { close(): Promise<void> }> {
  if (existsSync(join(folder, 'card.db'))) return openSoftwareCard({ folder });
  throw new CardAppError(
    'card-option-invalid',
    `expected a software card in ${folder}: "vitalseal card --pcsc" makes one`,
  );
}

/** With the MHA selected. */
export function withMha<T>(options: CardOptions, run: (mha: MhaClient) => Promise<T>): Promise<T> {
  return withCard(options, async (card) => {
    const mha = new MhaClient(exclusively(card));
    await mha.select();
    return await run(mha);
  });
}
