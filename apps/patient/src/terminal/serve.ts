// What the card asks for after a command (ETSI TS 102 221, 7.4.2): 91XX, FETCH, the deed, TERMINAL RESPONSE, until it
// asks for nothing more.

import { type ProactiveCommandType, proactiveCommandWaiting, statusWords } from '@vitalseal/uicc';
import { type CardLine, faulty } from './card-line.ts';
import type { Equipment } from './equipment.ts';
import { execute } from './execute.ts';
import { fetch } from './fetch.ts';
import { toolkitCommand } from './toolkit-command.ts';

/** With no end: no errand of an honest card takes so many. */
const mostInARow = 20_000;

/** @param told status of the command before @returns what was asked for @throws PatientError `card-gone`, `card-faulty` */
export async function serve(line: CardLine, equipment: Equipment, told: number): Promise<ProactiveCommandType[]> {
  const served: ProactiveCommandType[] = [];
  let waiting = proactiveCommandWaiting(told);
  while (waiting !== undefined) {
    if (served.length >= mostInARow) throw faulty('a card that comes to an end of what it asks for');
    const fetched = await fetch(line, waiting);
    if (fetched.status !== statusWords.ok) break;
    const { type, response } = await execute(equipment, fetched.data);
    served.push(type);
    waiting = proactiveCommandWaiting((await line.send(toolkitCommand('terminalResponse', response))).status);
  }
  return served;
}
