// RECEIVE DATA (ETSI TS 102 223, 6.4.29): as much of what came as was asked for and one short APDU holds.

import { bearerIndependentProtocolErrors as errors, generalResults } from '@vitalseal/uicc';
import type { ChannelId } from '../channels/channels.ts';
import { channelError, type Deed, performed } from '../deed.ts';

/** 255 octets of TERMINAL RESPONSE less command details, device identities, result, both lengths and their tags. */
const mostInOneApdu = 237;
const mostTold = 255;

export const receiveData: Deed<'receive-data'> = ({ channel: id, length }, equipment) => {
  const channel = equipment.channels.get(id);
  if (!channel) return channelError(errors.channelIdentifierNotValid);
  if (!channel.open && channel.available === 0) return channelError(errors.channelClosed);
  const isMissing = channel.available < Math.min(length, mostInOneApdu);
  const channelData = new Uint8Array(channel.take(Math.min(length, mostInOneApdu)));
  equipment.tellDropped(id as ChannelId);
  return {
    ...(isMissing ? { result: { general: generalResults.performedWithMissingInformation } } : performed),
    channelData,
    channelDataLength: Math.min(channel.available, mostTold),
  };
};
