/** Which card a command is about: by the card's own name, or by the patient who has one that is not terminated. */
import type { Command } from 'commander';
import { HospitalError } from '../../errors.ts';
import type { CardRow } from '../../store/cards.ts';
import type { Store } from '../../store/open-store.ts';
import { databaseOption, dataOption, identifier } from '../options.ts';
import type { StorePlace } from '../with-store.ts';

export interface WhichCard extends StorePlace {
  readonly card?: string;
  readonly patient?: string;
}

export function aboutCard(command: Command): Command {
  return command
    .addOption(dataOption())
    .addOption(databaseOption())
    .option('--card <id>', 'the card, as `card list` names it', (text) => text.toLowerCase())
    .option('--patient <id>', "instead: whose card, if it is the patient's only one in use", identifier);
}

/** @throws HospitalError `invalid-option`, `unknown-card` */
export async function findCard(store: Store, { card, patient }: WhichCard): Promise<CardRow> {
  if ((card === undefined) === (patient === undefined)) {
    throw new HospitalError('invalid-option', 'expected either --card or --patient');
  }
  if (card !== undefined) return expectCard(await store.cards.find(card));
  const inUse = (await store.cards.ofPatient(patient ?? '')).filter(({ stage }) => stage !== 'terminated');
  if (inUse.length > 1) {
    throw new HospitalError('invalid-option', 'expected --card: the patient has several; see `card list`');
  }
  return expectCard(inUse[0]);
}

function expectCard(row: CardRow | undefined): CardRow {
  if (row === undefined) throw new HospitalError('unknown-card', 'expected a card of this hospital; see `card list`');
  return row;
}
