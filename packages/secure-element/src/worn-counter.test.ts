// A counter whose every number was reserved, as wear or a spoilt store would leave it: nothing is sealed under it again,
// the channel is replaced by a new handshake, and no reading is lost.

import { expect, test } from 'vitest';
import { encodeReserved } from './storage/counter-reservation.ts';
import { sealedStorage } from './storage/sealed-storage.ts';
import {
  elementInService,
  type InService,
  shakeHandsWithHospital,
  shakeHandsWithSensor,
  testLocalKey,
} from './testing/index.ts';

const everyNumber = 2 ** 40;

async function wearOut({ storage }: InService, prefix: string): Promise<void> {
  const sealed = await sealedStorage(storage, testLocalKey);
  const names = await sealed.list(prefix);
  expect(names).toHaveLength(1);
  await sealed.commit(names.map((name) => ({ name, value: encodeReserved(everyNumber) })));
}

const at = ({ clock }: InService) => ({ utcMs: clock.at, offsetMinutes: 0 });

test('towards the hospital: the element asks for a handshake, and delivers what waited', async () => {
  const service = await elementInService();
  const { sensor, hospital, clock } = service;
  await shakeHandsWithSensor(service);
  await shakeHandsWithHospital(service, service.element);
  await service.element.takeSensorRecords([await sensor.seal(60), await sensor.seal(61)], at(service));
  const first = await service.element.sealBatch({ sentAt: at(service), at: clock.at, max: 1 });
  await hospital.records(first?.body ?? new Uint8Array());
  await wearOut(service, 'hospital-sent');

  const element = await service.reopen();
  expect(await element.duty(clock.at)).toMatchObject({ waiting: 2, handshakeNeeded: true });
  await shakeHandsWithHospital(service, element);
  const batch = await element.sealBatch({ sentAt: at(service), at: clock.at });
  await element.takeHospitalAnswer(await hospital.records(batch?.body ?? new Uint8Array()), clock.at);
  expect(await element.duty(clock.at)).toMatchObject({ waiting: 0, handshakeNeeded: false });
  expect([hospital.stored.size, hospital.repeatedCounters]).toEqual([2, 0]);
});

test('towards the sensor: the channel is unknown, and a new one takes the readings', async () => {
  const service = await elementInService();
  const { sensor } = service;
  await shakeHandsWithSensor(service);
  await service.element.takeSensorRecords([await sensor.seal(60)], at(service));
  await wearOut(service, 'sensor-sent/');

  const element = await service.reopen();
  const refused = await sensor.open(await element.takeSensorRecords([await sensor.seal(61)], at(service)));
  expect(refused).toMatchObject({ acknowledgements: [], hints: [{ code: 'channel-unknown' }] });
  await sensor.shakeHands((body) => element.answerSensorHandshake(body, service.clock.at));
  const taken = await sensor.open(await element.takeSensorRecords([await sensor.seal(61)], at(service)));
  expect(taken.acknowledgements).toMatchObject([{ results: [{ outcome: 'stored' }] }]);
  expect(await element.duty(service.clock.at)).toMatchObject({ waiting: 2 });
});
