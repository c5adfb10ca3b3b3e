// The phone's clock against the hospital's. The phone tells the card the time; the hospital's time is in its sealed
// acknowledgement, where the phone cannot change it.

import { expect, test } from 'vitest';
import {
  elementInService,
  InitiatingSensor,
  type InService,
  patientIdentity,
  sensorIdentity,
  shakeHandsWithHospital,
  shakeHandsWithSensor,
} from '../testing/index.ts';

const minute = 60_000;

async function ready(): Promise<InService> {
  const service = await elementInService();
  await shakeHandsWithSensor(service);
  await shakeHandsWithHospital(service, service.element);
  return service;
}

/** @param ahead of the hospital's, the phone's clock @returns what the hospital stored of it */
async function deliverOne({ element, sensor, hospital, clock }: InService, ahead: number) {
  const patientTime = clock.at + ahead;
  const sentAt = { utcMs: patientTime, offsetMinutes: 0 };
  await element.takeSensorRecords([await sensor.seal(72)], sentAt);
  const batch = await element.sealBatch({ sentAt, at: patientTime });
  if (!batch) throw new Error('expected a batch');
  const delivery = await element.takeHospitalAnswer(await hospital.records(batch.body), patientTime, patientTime);
  expect(delivery.confirmed).toHaveLength(1);
  return [...hospital.stored.values()].at(-1);
}

test('before the first acknowledgement the drift is not known, and not told', async () => {
  const service = await ready();
  expect(await deliverOne(service, 5 * minute)).not.toHaveProperty('clockDriftMs');
});

test('after it, each record says how far the phone was ahead of the hospital', async () => {
  const service = await ready();
  await deliverOne(service, 5 * minute);
  expect(await deliverOne(service, 5 * minute)).toMatchObject({ clockDriftMs: 5 * minute });
});

test('a clock that was set right is told as right from the next acknowledgement on', async () => {
  const service = await ready();
  await deliverOne(service, -3 * minute);
  expect(await deliverOne(service, 0)).toMatchObject({ clockDriftMs: -3 * minute });
  expect(await deliverOne(service, 0)).toMatchObject({ clockDriftMs: 0 });
});

test('a clock that is years off costs no reading', async () => {
  const service = await ready();
  const years = 5 * 365 * 24 * 60 * minute;
  for (const ahead of [years, -years]) {
    const { sensor, element, clock } = service;
    const sentAt = { utcMs: clock.at + ahead, offsetMinutes: 0 };
    const { acknowledgements } = await sensor.open(await element.takeSensorRecords([await sensor.seal(70)], sentAt));
    expect(acknowledgements[0]?.results).toMatchObject([{ outcome: 'stored' }]);
  }
  const { element, hospital, clock } = service;
  const batch = await element.sealBatch({ sentAt: { utcMs: clock.at + years, offsetMinutes: 0 }, at: clock.at });
  await element.takeHospitalAnswer(
    await hospital.records(batch?.body ?? new Uint8Array(0)),
    clock.at,
    clock.at + years,
  );
  expect(await deliverOne(service, 0)).toMatchObject({ clockDriftMs: years });
});

test('a clock that fell back to its beginning does not keep the card from the hospital, nor the sensor from the card', async () => {
  const service = await elementInService();
  const { element, hospital, sensor } = service;
  const beginning = Date.UTC(2000, 0, 1);
  await sensor.shakeHands((body) => element.answerSensorHandshake(body, beginning));
  const message2 = await hospital.edhoc(await element.startHospitalHandshake(beginning));
  const message4 = await hospital.edhoc(await element.continueHospitalHandshake(message2));
  await element.finishHospitalHandshake(message4, beginning);
  const sentAt = { utcMs: beginning, offsetMinutes: 0 };
  await element.takeSensorRecords([await sensor.seal(72)], sentAt);
  const batch = await element.sealBatch({ sentAt, at: beginning });
  await element.takeHospitalAnswer(await hospital.records(batch?.body ?? new Uint8Array(0)), beginning, beginning);
  expect(hospital.stored.size).toBe(1);
});

test('a clock that was set back does not bring a certificate back that ran out', async () => {
  const service = await ready();
  const { element, world, clock } = service;
  await deliverOne(service, 0);
  const notAfter = clock.at - 60 * minute;
  const party = await world.party(sensorIdentity, { notAfter });
  const now = () => notAfter - minute;
  const expired = new InitiatingSensor({ party, root: world.root, patient: patientIdentity, now });
  const shaking = expired.shakeHands((body) => element.answerSensorHandshake(body, notAfter - minute));
  await expect(shaking).rejects.toMatchObject({ code: 'credential-refused', cause: { code: 'expired' } });
});

test('a body is no longer than what carries it takes, and the rest goes next', async () => {
  const { element, sensor, hospital, clock } = await ready();
  const at = { utcMs: clock.at, offsetMinutes: 0 };
  const records = await Promise.all([1, 2, 3, 4, 5].map((pulse) => sensor.seal(70 + pulse)));
  await element.takeSensorRecords(records, at);
  const sizes: number[] = [];
  for (;;) {
    const batch = await element.sealBatch({ sentAt: at, at: clock.at, maxBytes: 700 });
    if (!batch) break;
    expect(batch.body.length).toBeLessThanOrEqual(700);
    sizes.push(batch.records);
    await element.takeHospitalAnswer(await hospital.records(batch.body), clock.at);
  }
  expect(sizes.length).toBeGreaterThan(1);
  expect(hospital.stored.size).toBe(5);
});
