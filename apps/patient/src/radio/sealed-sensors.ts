// Sealed sensors as a kind of device: what they say goes to the card, which alone can tell whether one is of this patient.

import { openSealedSensor, type SensorStatus, sealedSensorUuids } from '@vitalseal/ble';
import type { MessageLink } from '@vitalseal/sensor-link';
import type { DeviceKind } from './device-kind.ts';

export interface SealedSensorsOptions {
  /**
   * @param says what the sensor says of itself, in the clear, as it said last
   * @returns the phone's end of the link, which knows whether the sensor has proved its key
   */
  readonly accept: (messages: MessageLink, says: () => SensorStatus) => { readonly proven: boolean };
  /** A value could not be read and was left out. */
  readonly dropped?: () => void;
}

export function sealedSensors({ accept, dropped }: SealedSensorsOptions): DeviceKind {
  return {
    service: sealedSensorUuids.service,
    async serve(connection, _signal, _found, standing) {
      const link = await openSealedSensor(connection, { ...(dropped && { dropped }) });
      const port = accept(link.messages, () => link.status);
      standing(() => port.proven);
      await connection.closed;
      return port.proven;
    },
  };
}
