// How a running sensor comes by its phone: it calls one over TCP, or is called over Bluetooth LE.

import { join } from 'node:path';
import type { SensorStatus } from '@vitalseal/ble';
import { defaultMtu } from '@vitalseal/sensor-link';
import type { PhoneLink } from '../link/phone-link.ts';
import { phoneOverTcp } from '../link/phone-over-tcp.ts';
import { PhonesOverRadio } from '../link/phones-over-radio.ts';
import { expectAdapter, invalid, parseAddress, parseName, parseNumber, type RunOptions } from './options.ts';

const leastMtu = 23;
const largestMtu = 517;

export interface Phones {
  readonly connect: (signal: AbortSignal) => Promise<PhoneLink>;
  /** What phones are told of the sensor; those that listen hear it again when it is other. */
  tell(said: Partial<SaidOfSensor>): void;
  close(): Promise<void>;
}

type SaidOfSensor = Pick<SensorStatus, 'battery' | 'stored' | 'bonded'>;

export function phonesFor(options: RunOptions, say: (line: string) => void): Phones {
  const { data, to, ble, bleName, bleSecured } = options;
  const mtu = options.mtu === undefined ? undefined : parseNumber(options.mtu, 'an MTU', leastMtu, largestMtu);
  if (to !== undefined) {
    const address = parseAddress(to);
    return {
      connect: () => phoneOverTcp({ ...address, mtu: mtu ?? defaultMtu }),
      tell: () => {},
      close: async () => {},
    };
  }
  if (ble === undefined) throw invalid('either --ble or --to');
  expectAdapter(ble);
  let said: SaidOfSensor = { battery: undefined, stored: 0, bonded: false };
  const radio = new PhonesOverRadio({
    adapter: ble,
    bondFolder: join(data, 'bluetooth'),
    name: parseName(bleName),
    access: bleSecured ? 'secured' : 'open',
    ...(mtu !== undefined && { mtu }),
    status: () => said,
    state: (adapter) => say(adapter.state === 'on' ? 'bluetooth: on' : `bluetooth: off (${adapter.code})`),
  });
  return {
    connect: radio.connect,
    tell(changed) {
      said = { ...said, ...changed };
      void radio.statusChanged();
    },
    close: () => radio.close(),
  };
}
