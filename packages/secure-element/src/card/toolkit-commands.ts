// The toolkit's commands in class 80 (TS 102 221 section 11.2 and STATUS, 11.1.2), on the basic channel, whichever
// application is selected.

import { type Bytes, noBytes } from '@vitalseal/protocol';
import {
  type CommandApdu,
  fetchInParts,
  instructions,
  type ResponseApdu,
  statusResponse,
  statusWords,
} from '@vitalseal/uicc';
import type { LogicalChannel } from './logical-channel.ts';
import { RefusedCommand } from './refused-command.ts';
import { applicationName, fileControl } from './selection.ts';
import type { ToolkitInstruction, ToolkitPort } from './toolkit-port.ts';

const proprietaryClass = 0x80;
const basicChannel = 0;
const longestInParts = 0x10000;
const toolkitInstructions: ReadonlySet<number> = new Set<ToolkitInstruction>([0x10, 0x12, 0x14, 0xc2]);

/** GlobalPlatform's GET STATUS has the number of STATUS, and P1 from 10 on. */
export function isStatus({ cla, ins, p1 }: CommandApdu, channel: LogicalChannel): boolean {
  return cla === proprietaryClass && ins === instructions.status && p1 <= 0x02 && channel.number === basicChannel;
}

export async function answerStatus(
  { p2, data }: CommandApdu,
  { selection }: LogicalChannel,
  toolkit: ToolkitPort | undefined,
): Promise<ResponseApdu> {
  if (data.length > 0) throw new RefusedCommand(statusWords.wrongLength);
  let about: Bytes = noBytes;
  if (p2 === 0x00) about = selection ? fileControl(0x62, selection) : noBytes;
  else if (p2 === 0x01) about = selection ? applicationName(selection.applet) : noBytes;
  else if (p2 !== 0x0c) throw new RefusedCommand(statusWords.wrongParameters);
  const answer = await toolkit?.command(instructions.status, noBytes);
  return answer && answer.status !== statusWords.ok ? answer : statusResponse(statusWords.ok, about);
}

export function isToolkitCommand({ cla, ins }: CommandApdu, channel: LogicalChannel): boolean {
  return cla === proprietaryClass && channel.number === basicChannel && toolkitInstructions.has(ins);
}

/** @throws RefusedCommand */
export function answerToolkitCommand(command: CommandApdu, toolkit: ToolkitPort): Promise<ResponseApdu> {
  const { ins, p1, p2, data, le } = command;
  const isFetch = ins === instructions.fetch;
  const inParts = isFetch && p2 === fetchInParts;
  if (p1 !== 0 || (p2 !== 0 && !inParts)) throw new RefusedCommand(statusWords.wrongParameters);
  if (data.length > 0 === isFetch) throw new RefusedCommand(statusWords.wrongLength);
  return toolkit.command(ins as ToolkitInstruction, data, inParts ? longestInParts : le);
}
