// Which of the card's four logical channels a command is for (ISO/IEC 7816-4 section 5.4.1).

import { hasSecureMessaging, isClassByte, logicalChannelOf, statusWords } from '@vitalseal/uicc';
import type { LogicalChannel } from './logical-channel.ts';
import { RefusedCommand } from './refused-command.ts';

export const maxLogicalChannels = 4;

/** Classes 0X and 8X; 4X to 7X too, but on channels that this card does not have. A0 and others are of other standards. */
function isKnownClass(cla: number): boolean {
  return isClassByte(cla) && (cla < 0xa0 || (cla >= 0xc0 && cla < 0xe0));
}

/** @throws RefusedCommand */
export function channelOf(cla: number, channels: ReadonlyMap<number, LogicalChannel>): LogicalChannel {
  if (!isKnownClass(cla)) throw new RefusedCommand(statusWords.classNotSupported);
  const channel = channels.get(logicalChannelOf(cla));
  if (!channel) throw new RefusedCommand(statusWords.channelNotSupported);
  if (hasSecureMessaging(cla)) throw new RefusedCommand(statusWords.secureMessagingNotSupported);
  return channel;
}
