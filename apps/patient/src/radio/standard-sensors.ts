// Standard Bluetooth sensors as a kind of device. Nothing about one proves whose it is, so only those are read that the
// patient's side has named by address: a neighbour's strap is in range too.

import { openStandardSensor, type StandardSensorOptions, standardServices } from '@vitalseal/ble';
import type { FoundDevice, RadioConnection } from '@vitalseal/ble/node';
import type { DeviceKind } from './device-kind.ts';

export interface StandardSensorsOptions
  extends Pick<StandardSensorOptions, 'queue' | 'now' | 'progress' | 'everyMs' | 'user'> {
  /** Addresses of the patient's own sensors. */
  readonly own: readonly string[];
  /** Also those that know no LE Secure Connections, which whoever is near can read and imitate. */
  readonly unencrypted?: boolean;
  /** Values could not be read and were left out. @param dropped how many since it was connected */
  readonly dropped?: (dropped: number) => void;
}

/** One for each service by which such a sensor may be found; a sensor that has several is read whole by any of them. */
export function standardSensors(options: StandardSensorsOptions): DeviceKind[] {
  const own = new Set(options.own.map((address) => address.toUpperCase()));
  return standardServices.map((service) => ({
    service,
    wants: ({ id }) => own.has(id.toUpperCase()),
    serve: (connection, _signal, found, standing) => {
      // Named by its address: it is the patient's for as long as it is linked.
      standing(() => true);
      return serve(connection, found, options);
    },
  }));
}

async function serve(
  connection: RadioConnection,
  { name }: FoundDevice,
  { unencrypted = false, dropped, own: _own, ...options }: StandardSensorsOptions,
): Promise<boolean> {
  if (!unencrypted) await connection.secure();
  let told = 0;
  const sensor = await openStandardSensor(connection, {
    ...options,
    ...(name !== undefined && { name }),
    changed: (state) => {
      if (state.dropped > told) dropped?.(state.dropped);
      told = state.dropped;
    },
  });
  await sensor.closed;
  return true;
}
