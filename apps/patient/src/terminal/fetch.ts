// FETCH (ETSI TS 102 221, 11.2.3), and with it the word that long commands are welcome: fewer of them carry more. A card
// hears it from an extended Le, or where the link has short APDUs alone, from P2; one that does not know that refuses it.

import { fetchInParts, type ResponseApdu, statusWords } from '@vitalseal/uicc';
import type { CardLine } from './card-line.ts';
import { toolkitCommand } from './toolkit-command.ts';

/** Le of an extended FETCH: whatever there is. */
const mostFetched = 0x10000;

/** @param waiting length of the command, as the card announced it @throws PatientError `card-gone`, `card-faulty` */
export async function fetch(line: CardLine, waiting: number): Promise<ResponseApdu> {
  const command = toolkitCommand('fetch');
  if (line.takesExtendedLengths) return await line.send({ ...command, le: mostFetched });
  if (line.mayFetchInParts) {
    const fetched = await line.send({ ...command, p2: fetchInParts, le: waiting });
    if (fetched.status === statusWords.ok) return fetched;
    line.mayFetchInParts = false;
  }
  return await line.send({ ...command, le: waiting });
}
