// What a peripheral says of itself before anybody is connected (Bluetooth Core supplement, part A): 31 octets for the
// services, 31 more for the name, cut where it is longer. Anybody in range reads it: nothing of the patient belongs here.

import type { PeripheralOptions } from '../gatt/gatt-server.ts';
import type { HostStack } from './host-stack.ts';
import { shortUuid } from './uuid.ts';

const room = 31;
const headerLength = 2;
const flagsLength = 3;

export function advertisingData(
  { AdvertisingDataBuilder }: HostStack,
  { name, advertised }: PeripheralOptions,
): { advertisement: Buffer; scanResponse: Buffer } {
  const all = advertised.map(shortUuid);
  const short = all.filter((uuid) => typeof uuid === 'number');
  const long = all.filter((uuid) => typeof uuid === 'string');
  let left = room - flagsLength;
  const shortFit = short.slice(0, Math.max(0, (left - headerLength) >> 1));
  if (shortFit.length > 0) left -= headerLength + 2 * shortFit.length;
  const longFit = long.slice(0, Math.max(0, Math.floor((left - headerLength) / 16)));
  const data = new AdvertisingDataBuilder().addFlags(['leGeneralDiscoverableMode', 'brEdrNotSupported']);
  if (shortFit.length > 0) data.add16BitServiceUUIDs(shortFit.length === short.length, shortFit);
  if (longFit.length > 0) data.add128BitServiceUUIDs(longFit.length === long.length, longFit);
  const cut = fitting(name, room - headerLength);
  return {
    advertisement: data.build(),
    scanResponse: new AdvertisingDataBuilder().addLocalName(cut === name, cut).build(),
  };
}

function fitting(name: string, octets: number): string {
  let cut = '';
  for (const character of name) {
    if (Buffer.byteLength(cut + character) > octets) break;
    cut += character;
  }
  return cut;
}
