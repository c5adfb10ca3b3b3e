// A certified sensor of the world's patient, and readings that tell which of them each is.
import { type ScheduledReading, type SensorDevice, temporarySensorDevice } from '@vitalseal/app-sensor';
import { createRequest, generateKeyPair } from '@vitalseal/certifying-authority';
import { decimal, mdc, mdcUnit } from '@vitalseal/protocol';
import { type CertifiedWorld, sensorIdentity } from '@vitalseal/secure-element/testing';

/** In the memory of this process. */
export async function certifiedSensor(world: CertifiedWorld): Promise<SensorDevice> {
  const { privateKey, ...pair } = await generateKeyPair({ extractable: true });
  const chain = await world.certify(await createRequest({ privateKey, ...pair }, sensorIdentity), sensorIdentity);
  return temporarySensorDevice({ identity: sensorIdentity, chain, root: world.root, privateKey });
}

/** A heart rate that counts up. */
export function countedReadings(
  count: number,
  { origin, everyMs, first = 0 }: { origin: number; everyMs: number; first?: number },
): ScheduledReading[] {
  return Array.from({ length: count }, (_, i) => ({
    measuredAt: origin + i * everyMs,
    measurements: [{ code: mdc.heartRate, unit: mdcUnit.beatsPerMinute, value: decimal(first + i, 0) }],
  }));
}
