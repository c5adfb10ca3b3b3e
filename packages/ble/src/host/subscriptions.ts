// Notifications and indications of one characteristic, to any number of listeners here.

import type { Bytes } from '@vitalseal/protocol';
import type { StackCharacteristic } from './host-stack.ts';

type Listener = (value: Bytes) => unknown;

interface Requests {
  request<T>(send: (done: (error: number, value?: T) => void) => void): Promise<T | undefined>;
}

const listeners = new WeakMap<StackCharacteristic, Set<Listener>>();

/** @returns what ends it. @throws BleError `gatt-refused`, `radio-disconnected` */
export async function listenTo(
  connection: Requests,
  characteristic: StackCharacteristic,
  listener: Listener,
): Promise<() => Promise<void>> {
  // One of its own: the same function may listen twice.
  const own: Listener = (value) => listener(value);
  const heard = listeners.get(characteristic) ?? attach(characteristic);
  heard.add(own);
  const subscribe = (on: boolean) => {
    const { notify = false, indicate = false } = characteristic.properties;
    return connection.request((done) => characteristic.writeCCCD(on && notify, on && !notify && indicate, done));
  };
  try {
    if (heard.size === 1) await subscribe(true);
  } catch (error) {
    heard.delete(own);
    throw error;
  }
  return async () => {
    if (heard.delete(own) && heard.size === 0) await subscribe(false);
  };
}

function attach(characteristic: StackCharacteristic): Set<Listener> {
  const heard = new Set<Listener>();
  listeners.set(characteristic, heard);
  characteristic.on('change', (value: Buffer, indicated: boolean, confirm: () => void) => {
    const bytes = Uint8Array.from(value);
    const taken = Promise.all([...heard].map(async (listener) => listener(bytes)));
    // What nobody could take is not confirmed: the device keeps it, and says it again on another link.
    taken.then(
      () => indicated && confirm(),
      () => {},
    );
  });
  return heard;
}
