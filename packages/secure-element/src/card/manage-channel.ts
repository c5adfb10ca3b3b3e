// MANAGE CHANNEL (ISO/IEC 7816-4 section 11.1.2, TS 102 221 section 11.1.17): a second applet beside the first.

import { type CommandApdu, type ResponseApdu, statusResponse, statusWords } from '@vitalseal/uicc';
import { maxLogicalChannels } from './class-byte.ts';
import { LogicalChannel } from './logical-channel.ts';
import { RefusedCommand } from './refused-command.ts';
import { selected } from './selection.ts';

const open = 0x00;
const close = 0x80;
const basic = 0;

/** @param current the channel that the command came on @throws RefusedCommand */
export async function manageChannel(
  { p1, p2, data }: CommandApdu,
  current: LogicalChannel,
  channels: Map<number, LogicalChannel>,
): Promise<ResponseApdu> {
  if (data.length > 0) throw new RefusedCommand(statusWords.wrongLength);
  if (p1 === open) return await openChannel(p2, current, channels);
  if (p1 === close) return closeChannel(p2 || current.number, channels);
  throw new RefusedCommand(statusWords.wrongParameters);
}

/**
 * On a channel that the basic one opens nothing is selected; on another's, what is selected there, in a session of its own.
 * @param wanted 0 leaves the choice to the card, which then tells it
 */
async function openChannel(
  wanted: number,
  current: LogicalChannel,
  channels: Map<number, LogicalChannel>,
): Promise<ResponseApdu> {
  if (wanted >= maxLogicalChannels) throw new RefusedCommand(statusWords.wrongParameters);
  const number = wanted || lowestFree(channels);
  if (number === undefined || channels.has(number)) throw new RefusedCommand(statusWords.channelNotSupported);
  const opened = new LogicalChannel(number);
  const applet = current.number === basic ? undefined : current.selection?.applet;
  if (applet && (await (applet.selectable?.() ?? true))) opened.selection = await selected(applet);
  channels.set(number, opened);
  return statusResponse(statusWords.ok, wanted === basic ? Uint8Array.of(number) : undefined);
}

function lowestFree(channels: ReadonlyMap<number, LogicalChannel>): number | undefined {
  for (let number = 1; number < maxLogicalChannels; number++) if (!channels.has(number)) return number;
  return undefined;
}

function closeChannel(number: number, channels: Map<number, LogicalChannel>): ResponseApdu {
  if (number === basic || number >= maxLogicalChannels) throw new RefusedCommand(statusWords.wrongParameters);
  const channel = channels.get(number);
  if (!channel) return statusResponse(statusWords.unchanged);
  channel.chain?.wipe();
  channels.delete(number);
  return statusResponse(statusWords.ok);
}
