// The demo's sensors, all in one process: each a Bluetooth peripheral on an adapter and in a data folder of its own.
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { openSensorDevice, PhonesOverRadio, type Sensor, scheduleOf, startSensor } from '@vitalseal/app-sensor';
import type { Identity } from '@vitalseal/protocol';
import type { RecordingRow } from '@vitalseal/recording';
import type { SensorsMessage } from './sensors-messages.ts';
import { serveUntilTerminated } from './serve-until-terminated.ts';

export interface SensorsProcessOptions {
  readonly mtu: number;
  readonly sensors: readonly SensorOptions[];
}

export interface SensorOptions {
  readonly dataDir: string;
  readonly patient: Identity;
  readonly adapter: string;
}

/** Of its recording, in its data folder. */
const rowsFile = 'rows.json';
const tellEvery = 200;

await serveUntilTerminated(async ({ mtu, sensors }: SensorsProcessOptions, clock) => {
  const running: Sensor[] = [];
  const closing: (() => Promise<void>)[] = [];
  for (const { dataDir, patient, adapter } of sensors) {
    const device = await openSensorDevice(dataDir);
    const phones = new PhonesOverRadio({
      adapter,
      bondFolder: join(dataDir, 'bluetooth'),
      name: 'Vitalseal sensor',
      mtu,
      status: () => ({ battery: undefined, stored: 0, bonded: true }),
    });
    const rows: RecordingRow[] = JSON.parse(readFileSync(join(dataDir, rowsFile), 'utf8'));
    const sensor = await startSensor({
      device,
      patient,
      readings: scheduleOf(rows, clock.time.origin),
      clock,
      connect: phones.connect,
    });
    running.push(sensor);
    closing.push(async () => {
      await sensor.stop();
      await phones.close();
      await device.storage.close();
    });
  }
  let finished = false;
  const tell = () => {
    const measured = running.reduce((total, sensor) => total + sensor.counts().measured, 0);
    const linked = running.filter((sensor) => sensor.linked).length;
    process.send?.({ linked, measured, finished } satisfies SensorsMessage);
  };
  const timer = setInterval(tell, tellEvery);
  // A store that fails is the end of this process; its supervisor starts another.
  void Promise.all(running.map((sensor) => sensor.finished)).then(
    () => {
      finished = true;
      tell();
    },
    () => process.exit(1),
  );
  return {
    ready: {},
    async stop() {
      clearInterval(timer);
      await Promise.all(closing.map((close) => close()));
    },
  };
});
