// The phone at the end of a TCP connection, where there is no radio.

import { framedMessages, type MessageLink } from '@vitalseal/sensor-link';
import { connectTcp, type TcpConnectOptions } from '@vitalseal/sensor-link/node';

/** @throws SensorLinkError `link-unreachable` */
export async function phoneOverTcp(options: TcpConnectOptions): Promise<MessageLink> {
  return framedMessages(await connectTcp(options));
}
