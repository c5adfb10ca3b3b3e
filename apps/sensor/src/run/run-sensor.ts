// `vitalseal sensor run`.

import type { Identity } from '@vitalseal/protocol';
import { knownPatient, type UntilBondedOptions, untilBonded } from '../bonding/until-bonded.ts';
import { batteryLevel } from '../device/battery.ts';
import type { SensorDevice } from '../device/sensor-device.ts';
import { type Sensor, startSensor } from '../start-sensor.ts';
import { expectWhole, parsePatient, type RunOptions } from './options.ts';
import { type Phones, phonesFor } from './phones.ts';
import { valuesFor } from './values.ts';

const reportMs = 10_000;
/** How fresh phones have battery and stored records: hints, for a person to look at. */
const tellMs = 1_000;

export interface RunSensorParts {
  readonly say: (line: string) => void;
  /** Opens the sensor's device for as long as the errand takes. */
  readonly withDevice: (errand: (device: SensorDevice) => Promise<void>) => Promise<void>;
}

export async function runSensor(options: RunOptions, { say, withDevice }: RunSensorParts): Promise<void> {
  expectWhole(options);
  const told = options.patientId === undefined ? undefined : parsePatient(options.patientId);
  const readValues = await valuesFor(options, say);
  const phones = phonesFor(options, say);
  try {
    await withDevice(async (device) => {
      const patient = (await knownPatient(device, told)) ?? (await bonded(device, phones.connect, say));
      if (!patient) return;
      const stopped = Promise.withResolvers<void>();
      const values = await readValues(device, stopped.resolve);
      try {
        const sensor = await startSensor({
          device,
          patient,
          readings: values.source,
          clock: values.clock,
          settings: { offsetMinutes: -new Date().getTimezoneOffset() },
          connect: phones.connect,
          events: {
            link: ({ state, code }) => say(code ? `phone ${state}: ${code}` : `phone ${state}`),
            refused: ({ code }) => say(`a record was refused for good and is kept aside: ${code}`),
            dropped: ({ code }) => say(`a message of the phone could not be read and was left out: ${code}`),
          },
        });
        await untilFinishedOrStopped(sensor, { phones, stopped, say, battery: options.battery });
      } finally {
        await values.close();
      }
    });
  } finally {
    await phones.close();
  }
}

/** @returns undefined when it was stopped before */
async function bonded(
  device: SensorDevice,
  connect: UntilBondedOptions['connect'],
  say: RunSensorParts['say'],
): Promise<Identity | undefined> {
  const stop = new AbortController();
  const stopped = () => stop.abort();
  process.once('SIGINT', stopped).once('SIGTERM', stopped);
  say('bonded with nobody: the phone is to be given the code, "vitalseal sensor code"');
  try {
    const refused = (code: string | undefined) => say(`phone refused: ${code ?? 'unknown'}`);
    const patient = await untilBonded({ device, connect, signal: stop.signal, refused });
    if (patient) say('bonded with a patient');
    return patient;
  } finally {
    process.off('SIGINT', stopped).off('SIGTERM', stopped);
  }
}

interface Running {
  readonly phones: Phones;
  readonly stopped: PromiseWithResolvers<void>;
  readonly say: RunSensorParts['say'];
  /** File that says its level. */
  readonly battery: string | undefined;
}

async function untilFinishedOrStopped(sensor: Sensor, { phones, stopped, say, battery }: Running): Promise<void> {
  const report = setInterval(() => say(describe(sensor)), reportMs);
  const tell = async () => {
    const level = battery === undefined ? undefined : await batteryLevel(battery);
    phones.tell({ bonded: true, stored: sensor.counts().waiting, battery: level });
  };
  void tell();
  const count = setInterval(tell, tellMs);
  process.once('SIGINT', stopped.resolve).once('SIGTERM', stopped.resolve);
  try {
    await Promise.race([sensor.finished, stopped.promise]);
    await sensor.stop();
    say(describe(sensor));
  } finally {
    clearInterval(report);
    clearInterval(count);
    process.off('SIGINT', stopped.resolve).off('SIGTERM', stopped.resolve);
  }
}

function describe(sensor: Sensor): string {
  const { measured, acknowledged, waiting, refused } = sensor.counts();
  const refusals = refused > 0 ? `, refused ${refused}` : '';
  return `measured ${measured}, acknowledged ${acknowledged}, waiting ${waiting}${refusals}`;
}
