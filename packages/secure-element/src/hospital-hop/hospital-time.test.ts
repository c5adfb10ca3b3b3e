// The hospital's clock as the card takes it from acknowledgements: certificates are not judged by an earlier time, and
// a clock that was wrong does no lasting harm.

import type { Bytes } from '@vitalseal/protocol';
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

const hour = 60 * 60_000;
const year = 365 * 24 * hour;
const expired = { code: 'credential-refused', cause: { code: 'expired' } };

async function ready(): Promise<InService> {
  const service = await elementInService();
  await shakeHandsWithSensor(service);
  await shakeHandsWithHospital(service, service.element);
  return service;
}

/** @returns the hospital's answer to a batch, its clock so far ahead for that one answer */
async function answerAhead({ element, sensor, hospital, clock }: InService, ahead: number): Promise<Bytes> {
  const { at } = clock;
  const sentAt = { utcMs: at, offsetMinutes: 0 };
  await element.takeSensorRecords([await sensor.seal(72)], sentAt);
  const batch = await element.sealBatch({ sentAt, at });
  if (!batch) throw new Error('expected a batch');
  clock.at = at + ahead;
  const answer = await hospital.records(batch.body);
  clock.at = at;
  return answer;
}

async function deliver(service: InService, ahead: number): Promise<void> {
  await service.element.takeHospitalAnswer(await answerAhead(service, ahead), service.clock.at, service.clock.at);
}

/** Of a sensor whose certificate ends so long from now. */
async function shakeHandsWithSensorUntil({ world, clock, element }: InService, ahead: number): Promise<void> {
  const party = await world.party(sensorIdentity, { notAfter: clock.at + ahead });
  const now = () => clock.at;
  const sensor = new InitiatingSensor({ party, root: world.root, patient: patientIdentity, now });
  await sensor.shakeHands((body) => element.answerSensorHandshake(body, clock.at));
}

test('a hospital whose clock was a year ahead for one answer is spoken to again, and the sensor too', async () => {
  const service = await ready();
  await deliver(service, year);
  await shakeHandsWithHospital(service, service.element);
  await shakeHandsWithSensor(service);
});

test('a certificate that would have run out by a wrong clock counts again with the next acknowledgement', async () => {
  const service = await ready();
  await deliver(service, year);
  await expect(shakeHandsWithSensorUntil(service, 100 * hour)).rejects.toMatchObject(expired);
  await deliver(service, 0);
  await shakeHandsWithSensorUntil(service, 100 * hour);
});

test('an acknowledgement that was held back does not turn the time back', async () => {
  const service = await ready();
  const { element, clock } = service;
  const heldBack = await answerAhead(service, 0);
  await deliver(service, 2 * hour);
  await element.takeHospitalAnswer(heldBack, clock.at, clock.at);
  await expect(shakeHandsWithSensorUntil(service, hour)).rejects.toMatchObject(expired);
});
