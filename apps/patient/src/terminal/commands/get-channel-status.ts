// GET CHANNEL STATUS (ETSI TS 102 223, 6.4.31): of all channels, one after the other.

import { linkDropped } from '@vitalseal/uicc';
import { type Deed, performed } from '../deed.ts';

export const getChannelStatus: Deed<'get-channel-status'> = (_, { channels }) => {
  const [channelStatus = { channel: 0, linkEstablished: false, information: 0 }, ...furtherChannels] = [
    ...channels.all,
  ].map(([channel, { open }]) => ({ channel, linkEstablished: open, information: open ? 0 : linkDropped }));
  return { ...performed, channelStatus, furtherChannels };
};
