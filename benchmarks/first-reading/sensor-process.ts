// A sealed sensor from its switch on, as `vitalseal sensor run` is: its folder, its adapter, and one reading at once.
import { openSensorDevice, PhonesOverRadio, startSensor } from '@vitalseal/app-sensor';
import type { Identity } from '@vitalseal/protocol';
import { ready, startedWith, tell } from '../measure/child.ts';
import { sampleMeasurements } from '../measure/sample-message.ts';

export interface SensorOptions {
  readonly adapter: string;
  readonly folder: string;
  readonly patient: Identity;
}

const { adapter, folder, patient } = startedWith<SensorOptions>();
const device = await openSensorDevice(folder);
const phones = new PhonesOverRadio({
  adapter,
  bondFolder: folder,
  name: 'sensor',
  status: () => ({ battery: 100, stored: 1, bonded: true }),
  state: ({ state }) => {
    if (state === 'on') ready({});
  },
});
let isMeasured = false;
await startSensor({
  device,
  patient,
  readings: {
    async next(_measured, signal) {
      if (!isMeasured) {
        isMeasured = true;
        return [{ measuredAt: Date.now(), measurements: sampleMeasurements(0) }];
      }
      await new Promise((resolve) => signal.addEventListener('abort', resolve));
      return [];
    },
  },
  clock: { now: Date.now },
  connect: phones.connect,
  events: { acknowledged: () => tell({ kind: 'acknowledged' }) },
});
