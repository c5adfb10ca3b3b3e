// SEND DATA (ETSI TS 102 223, 6.4.30): at once, together with what was stored before, or stored until then. A network
// that takes nothing for a while makes the phone busy; the card tries again or gives up.

import { bearerIndependentProtocolErrors as errors, generalResults } from '@vitalseal/uicc';
import { channelError, type Deed, performed } from '../deed.ts';

const mostTold = 255;

export const sendData: Deed<'send-data'> = async ({ channel: id, data, immediate }, { channels }) => {
  const channel = channels.get(id);
  if (!channel) return channelError(errors.channelIdentifierNotValid);
  if (!channel.open) return channelError(errors.channelClosed);
  const taken = immediate ? await channel.send(data) : channel.store(data);
  if (!taken) return { result: { general: generalResults.terminalBusy, additional: Uint8Array.of(0) } };
  return { ...performed, channelDataLength: Math.min(channel.room, mostTold) };
};
