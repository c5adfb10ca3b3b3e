// A device that the person has chosen, as a GATT connection. Chromium refuses a second GATT operation while one is under way,
// so they stand in line here; and it may never answer, so each is bounded.

import { BleError } from '../errors.ts';
import type { GattConnection } from '../gatt/gatt-client.ts';
import { browserService } from './browser-characteristic.ts';
import { OneAtATime } from './one-at-a-time.ts';

/** @throws BleError `radio-disconnected` for a device out of range, `radio-unavailable` where there is no adapter */
export async function connectDevice(device: BluetoothDevice): Promise<GattConnection> {
  const { gatt } = device;
  if (!gatt) throw new BleError('radio-unavailable', 'expected a device of this browser');
  const line = new OneAtATime();
  const server = await line.run(() => gatt.connect());
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
