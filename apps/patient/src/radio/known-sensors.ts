// Addresses of sensors that have proved to be the patient's, in the phone's folder: after a restart they are connected to
// before whatever else is on the air.

import { join } from 'node:path';
import { keepKnownAddresses, readKnownAddresses } from '@vitalseal/ble/node';

export interface KnownSensors {
  all(): Iterable<string>;
  has(id: string): boolean;
  add(id: string): void;
}

const file = 'sensors-on-the-radio.json';
const mostKnown = 32;

export function knownSensors(folder?: string): KnownSensors {
  const path = folder === undefined ? undefined : join(folder, file);
  const known = new Set(path === undefined ? [] : readKnownAddresses(path, mostKnown));
  return {
    all: () => known,
    has: (id) => known.has(id),
    add(id) {
      const isNew = !known.delete(id);
      known.add(id);
      const [oldest] = known;
      if (known.size > mostKnown && oldest !== undefined) known.delete(oldest);
      if (isNew && path !== undefined) keepKnownAddresses(path, [...known]);
    },
  };
}
