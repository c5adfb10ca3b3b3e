// A standard sensor as a real peripheral, for tests and development: what a recording says, told as a strap, an oximeter or a
// thermometer of the shops tells it. It has no certificate and seals nothing.

import { StandardPeripheral, type StandardPeripheralOptions } from '@vitalseal/ble';
import { openRadio } from '@vitalseal/ble/node';
import type { RecordingRow } from '@vitalseal/recording';
import { AlarmClock } from '../recording/alarm-clock.ts';

export interface RunStandardOptions {
  /** As `openRadio` takes it. */
  readonly adapter: string;
  /** Keys of paired phones. */
  readonly bondFolder: string;
  /** Own address on the air; the adapter's if left out. */
  readonly identity?: string;
  readonly name: string;
  readonly profiles: StandardPeripheralOptions['profiles'];
  readonly access: 'open' | 'secured';
  /** Of one patient, in the order of time. */
  readonly rows: readonly RecordingRow[];
  /** mg/dL that a meter has stored when it begins. */
  readonly stored?: readonly number[];
  /** kg that a scale shows with each row. */
  readonly weight?: number;
  /** Of the replay; the first row stands at its origin. */
  readonly clock: { readonly origin: number; now(): number };
  readonly offsetMinutes: number;
  /** Once it can be found. */
  readonly advertised?: (address: string) => void;
}

/** Until all is measured and the signal is aborted: a phone may come for what a meter has stored. */
export async function runStandard(options: RunStandardOptions, signal: AbortSignal): Promise<void> {
  const { adapter, bondFolder, identity, name, profiles, access, rows, clock, offsetMinutes } = options;
  const radio = await openRadio(adapter, { bondFolder, ...(identity !== undefined && { identity }) });
  try {
    const now = () => ({ utcMs: clock.now(), offsetMinutes });
    const sensor = new StandardPeripheral({ profiles, now, access });
    sensor.start(await radio.advertise({ name, services: sensor.services, advertised: sensor.advertised }));
    for (const glucose of options.stored ?? []) await sensor.measure({ glucose });
    options.advertised?.(radio.address);
    const alarm = new AlarmClock(() => clock.now());
    const first = rows[0]?.timeS ?? 0;
    for (const row of rows) {
      await alarm.until(clock.origin + (row.timeS - first) * 1000, signal);
      if (signal.aborted) return;
      await sensor.measure({ ...measuredOf(row), ...(options.weight !== undefined && { weight: options.weight }) });
    }
    await new Promise<void>((resolve) => signal.addEventListener('abort', () => resolve(), { once: true }));
  } finally {
    await radio.close();
  }
}

function measuredOf({ hr, spo2, sbp, dbp, temp }: RecordingRow): Parameters<StandardPeripheral['measure']>[0] {
  return {
    ...(hr !== undefined && { heartRate: hr }),
    ...(spo2 !== undefined && { spo2 }),
    ...(sbp !== undefined && { systolic: sbp }),
    ...(dbp !== undefined && { diastolic: dbp }),
    ...(temp !== undefined && { temperature: temp }),
  };
}
