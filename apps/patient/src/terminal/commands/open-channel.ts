// OPEN CHANNEL, TCP, the card as the client of a remote host (ETSI TS 102 223, 6.4.27): only to hosts the phone was told
// of. The link is established before the answer.

import { bearerIndependentProtocolErrors as errors } from '@vitalseal/uicc';
import { addressText } from '../channels/reachable-hosts.ts';
import { channelError, type Deed, performed } from '../deed.ts';

/** What one SEND DATA or RECEIVE DATA needs many times over. */
const mostBuffered = 0x4000;

export const openChannel: Deed<'open-channel'> = async ({ address, port, bufferSize }, { channels }) => {
  if (!channels.reachable.allows(address, port)) return channelError(errors.securityError);
  const channel = channels.free;
  if (channel === undefined) return channelError(errors.noChannelAvailable);
  try {
    await channels.open(channel, addressText(address), port);
  } catch {
    return channelError(errors.remoteDeviceNotReachable);
  }
  const channelStatus = { channel, linkEstablished: true, information: 0 };
  return { ...performed, channelStatus, bufferSize: Math.min(Math.max(bufferSize, 1), mostBuffered) };
};
