// Services and characteristics as the browser has them.

import type { Bytes } from '@vitalseal/protocol';
import type { GattService, RemoteCharacteristic } from '../gatt/gatt-client.ts';
import type { OneAtATime } from './one-at-a-time.ts';

export function browserService(uuid: string, service: BluetoothRemoteGATTService, line: OneAtATime): GattService {
  return {
    uuid,
    characteristic: async (wanted) =>
      browserCharacteristic(wanted, await line.run(() => service.getCharacteristic(wanted)), line),
  };
}

function browserCharacteristic(
  uuid: string,
  characteristic: BluetoothRemoteGATTCharacteristic,
  line: OneAtATime,
): RemoteCharacteristic {
  return {
    uuid,
    read: async () => bytesOf(await line.run(() => characteristic.readValue())),
    write: (value) => line.run(() => characteristic.writeValueWithResponse(value)),
    writeWithoutResponse: (value) => line.run(() => characteristic.writeValueWithoutResponse(value)),
    listen: async (listener) => {
      const changed = () => {
        if (characteristic.value) listener(bytesOf(characteristic.value));
      };
      // Before it is asked for: the first value may come with the answer.
      characteristic.addEventListener('characteristicvaluechanged', changed);
      try {
        await line.run(() => characteristic.startNotifications());
      } catch (error) {
        characteristic.removeEventListener('characteristicvaluechanged', changed);
        throw error;
      }
      return async () => {
        characteristic.removeEventListener('characteristicvaluechanged', changed);
        await line.run(() => characteristic.stopNotifications());
      };
    },
  };
}

/** A copy: the browser may use the buffer again. */
function bytesOf(view: DataView): Bytes {
  return new Uint8Array(view.buffer, view.byteOffset, view.byteLength).slice();
}
