// How a running sensor comes by its phone: it calls one over TCP, or is called over Bluetooth LE.

import { join } from 'node:path';
import { parseAdapterAddress } from '@vitalseal/ble/node';
import { defaultMtu } from '@vitalseal/sensor-link';
import type { PhoneLink } from '../link/phone-link.ts';
import { phoneOverTcp } from '../link/phone-over-tcp.ts';
import { PhonesOverRadio } from '../link/phones-over-radio.ts';
import { invalid, parseAddress, parseNumber, type RunOptions } from './options.ts';

const leastMtu = 23;
const largestMtu = 517;

export interface Phones {
  readonly connect: (signal: AbortSignal) => Promise<PhoneLink>;
  /** What phones are told of the sensor. */
  readonly state: { stored: number; bonded: boolean };
  close(): Promise<void>;
}

export function phonesFor(options: RunOptions): Phones {
  const { data, to, ble, bleName, bleSecured } = options;
  const mtu = options.mtu === undefined ? undefined : parseNumber(options.mtu, 'an MTU', leastMtu, largestMtu);
  const state = { stored: 0, bonded: false };
  if (to !== undefined) {
    const address = parseAddress(to);
    return { connect: () => phoneOverTcp({ ...address, mtu: mtu ?? defaultMtu }), state, close: async () => {} };
  }
  if (ble === undefined) throw invalid('either --ble or --to');
  parseAdapterAddress(ble);
  const radio = new PhonesOverRadio({
    adapter: ble,
    bondFolder: join(data, 'bluetooth'),
    name: bleName,
    access: bleSecured ? 'secured' : 'open',
    ...(mtu !== undefined && { mtu }),
    status: () => ({ battery: undefined, ...state }),
  });
  return { connect: radio.connect, state, close: () => radio.close() };
}
