// Sealing for the hospital: the applet (its outbox opened from the sealed store, the record sealed, its hash kept) against
// the protocol package alone over the same readings.
import { encodeStep2Message, recordHash } from '@vitalseal/protocol';
import { elementInService, shakeHandsWithHospital, shakeHandsWithSensor } from '@vitalseal/secure-element/testing';
import { printRow } from '../measure/results.ts';
import { sampleMeasurements, sampleMessage } from '../measure/sample-message.ts';
import { median, rounded } from '../measure/statistics.ts';
import { benchmarkChannel } from './benchmark-channel.ts';
import { hospital, patient } from './world.ts';

const batch = 250;

export async function measureSealing({ readings }: { readonly readings: number }): Promise<void> {
  const applet: number[] = [];
  const alone: number[] = [];
  const inService = await elementInService({ at: Date.now() });
  const { element, sensor, clock } = inService;
  await shakeHandsWithSensor(inService);
  await shakeHandsWithHospital(inService, element);
  const sealer = await protocolSealer();
  for (let done = 0; done < readings; done += batch) {
    const records = [];
    for (let n = 0; n < batch; n++) records.push(await sensor.seal(72, { measurements: sampleMeasurements(n) }));
    await element.takeSensorRecords(records, { utcMs: clock.at, offsetMinutes: 60 });
    let started = performance.now();
    const sealed = await element.sealBatch({
      sentAt: { utcMs: clock.at, offsetMinutes: 60 },
      at: clock.at,
      location: { latitude: 52.520008, longitude: 13.404954, accuracyMetres: 12, at: clock.at },
      max: batch,
    });
    applet.push(performance.now() - started);
    if (!sealed) throw new Error('expected readings that wait');
    await element.takeHospitalAnswer(await inService.hospital.records(sealed.body), clock.at);
    started = performance.now();
    for (let n = 0; n < batch; n++) await sealer(done + n, clock.at);
    alone.push(performance.now() - started);
  }
  const micros = (times: readonly number[]) => (median(times) * 1000) / batch;
  printRow('card-link', {
    sealing: 'the applet against the protocol package',
    appletMicrosPerReading: rounded(micros(applet)),
    protocolMicrosPerReading: rounded(micros(alone)),
    ratio: rounded(micros(alone) / micros(applet)),
    appletReadingsPerSecond: rounded(1e6 / micros(applet)),
  });
}

async function protocolSealer(): Promise<(sequence: number, at: number) => Promise<void>> {
  const { secrets, sealer } = await benchmarkChannel({ start: 0 });
  return async (sequence, at) => {
    const message = sampleMessage({ patient, hospital, channel: secrets.id }, sequence, at);
    const { bytes } = await sealer.seal(encodeStep2Message(message));
    await recordHash(bytes);
  };
}
