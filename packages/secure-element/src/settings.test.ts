import { expect, test } from 'vitest';
import { elementInService, shakeHandsWithHospital, shakeHandsWithSensor } from './testing/index.ts';

test('new limits hold from the next command on, and lose nothing that was on its way', async () => {
  const service = await elementInService();
  const { element, sensor, hospital, clock } = service;
  const at = { utcMs: clock.at, offsetMinutes: 0 };
  await shakeHandsWithSensor(service);
  await shakeHandsWithHospital(service, element);
  await element.takeSensorRecords([await sensor.seal(60), await sensor.seal(61)], at);
  const before = await element.sealBatch({ sentAt: at, at: clock.at });
  await element.useSettings({ outboxCapacity: 2 });
  const full = await sensor.open(await element.takeSensorRecords([await sensor.seal(62)], at));
  expect(full).toMatchObject({ acknowledgements: [], hints: [{ code: 'outbox-full' }] });

  await hospital.records(before?.body ?? new Uint8Array());
  const again = await element.sealBatch({ sentAt: at, at: clock.at });
  await element.takeHospitalAnswer(await hospital.records(again?.body ?? new Uint8Array()), clock.at);
  expect(await element.duty(clock.at)).toMatchObject({ waiting: 0, room: 2 });
  expect([hospital.stored.size, hospital.duplicates, hospital.repeatedCounters]).toEqual([2, 2, 0]);
});
