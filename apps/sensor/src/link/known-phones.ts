// Addresses of phones that have proved to be the patient's, beside the keys of the radio's bonds: a sensor that was switched
// off lets them in first again.

import { join } from 'node:path';
import { Doorkeeper } from '@vitalseal/ble';
import { keepKnownAddresses, readKnownAddresses } from '@vitalseal/ble/node';

const file = 'phones.json';
const mostRead = 16;

export function doorOf(bondFolder: string): Doorkeeper {
  const path = join(bondFolder, file);
  return new Doorkeeper({
    known: readKnownAddresses(path, mostRead),
    learned: (known) => keepKnownAddresses(path, known),
  });
}
