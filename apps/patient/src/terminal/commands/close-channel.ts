// CLOSE CHANNEL (ETSI TS 102 223, 6.4.28).

import { bearerIndependentProtocolErrors as errors } from '@vitalseal/uicc';
import { channelError, type Deed, performed } from '../deed.ts';

export const closeChannel: Deed<'close-channel'> = ({ channel }, { channels }) =>
  channels.close(channel) ? performed : channelError(errors.channelIdentifierNotValid);
