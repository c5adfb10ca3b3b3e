// A device that the person has chosen, as a GATT connection. Chromium refuses a second GATT operation while one is under way,
// so they stand in line here; and it may never answer, so each is bounded.

import { BleError } from '../errors.ts';
import type { GattConnection } from '../gatt/gatt-client.ts';
import { browserService } from './browser-characteristic.ts';
import { OneAtATime } from './one-at-a-time.ts';

/**
 * Chromium's answers to `connect` alone. That an adapter is off it tells in no other way: for a page it is available, on or off
 * (Web Bluetooth, 4.4), and no event says that it was switched.
 */
const refusals = { InvalidStateError: 'radio-unavailable', SecurityError: 'device-forgotten' } as const;

/**
 * @throws BleError `radio-disconnected` for a device out of range, `radio-unavailable` where Bluetooth is off,
 * `device-forgotten` where the browser does not let the page use this device any more
 */
export async function connectDevice(device: BluetoothDevice): Promise<GattConnection> {
  const { gatt } = device;
  if (!gatt) throw new BleError('radio-unavailable', 'expected a device of this browser');
  const line = new OneAtATime();
  const server = await line.run(() => gatt.connect(), refusals);
  const closed = Promise.withResolvers<void>();
  const ended = () => {
    device.removeEventListener('gattserverdisconnected', ended);
    line.close();
    closed.resolve();
  };
  device.addEventListener('gattserverdisconnected', ended);
  if (!server.connected) ended();
  return {
    id: device.id,
    name: device.name,
    mtu: undefined,
    closed: closed.promise,
    service: async (uuid) => browserService(uuid, await line.run(() => server.getPrimaryService(uuid)), line),
    close: () => {
      gatt.disconnect();
      // Chromium says nothing to the page that has let go by itself.
      ended();
    },
  };
}
