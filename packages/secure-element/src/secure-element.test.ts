// A reading's way through the element, from the sensor's record to the hospital's acknowledgement.

import { decodeCbor, errorMessageFor, type Step2Message, sourceOf } from '@vitalseal/protocol';
import { expect, test } from 'vitest';
import {
  elementInService,
  type InService,
  patientIdentity,
  sensorIdentity,
  shakeHandsWithHospital,
  shakeHandsWithSensor,
} from './testing/index.ts';

const timestamp = (service: InService) => ({ utcMs: service.clock.at, offsetMinutes: 60 });

const times = (service: InService) => ({ sentAt: timestamp(service), at: service.clock.at });

async function ready(options: Parameters<typeof elementInService>[0] = {}): Promise<InService> {
  const service = await elementInService(options);
  await shakeHandsWithSensor(service);
  await shakeHandsWithHospital(service, service.element);
  return service;
}

async function deliver(service: InService, element = service.element) {
  const batch = await element.sealBatch(times(service));
  if (!batch) throw new Error('expected a batch');
  return element.takeHospitalAnswer(await service.hospital.records(batch.body), service.clock.at);
}

test('a reading goes from the sensor to the hospital and is confirmed once', async () => {
  const service = await ready();
  const { element, sensor, hospital } = service;
  const answer = await element.takeSensorRecords([await sensor.seal(72)], timestamp(service));
  expect((await sensor.open(answer)).acknowledgements[0]?.results).toMatchObject([{ sequence: 0, outcome: 'stored' }]);
  const location = { latitude: 52.52, longitude: 13.405, accuracyMetres: 10, at: service.clock.at };
  const batch = await element.sealBatch({ ...times(service), location });
  if (!batch) throw new Error('expected a batch');
  const delivery = await element.takeHospitalAnswer(await hospital.records(batch.body), service.clock.at);
  expect(delivery.confirmed).toMatchObject([{ measuredAt: service.clock.at, duplicate: false }]);
  const [stored] = [...hospital.stored.values()] as [Step2Message];
  expect(stored.sender).toEqual(patientIdentity);
  expect(stored.location).toEqual(location);
  expect(stored.reading.origin.source).toEqual(sensorIdentity);
  expect(stored.reading.origin.channel).toEqual(sensor.secrets?.id);
  expect(await element.sealBatch(times(service))).toBeUndefined();
  element.unlock();
  expect((await element.display()).counts).toMatchObject({ received: 1, acknowledged: 1, duplicates: 0, refused: 0 });
});

test('a record sent twice by the sensor is kept once and acknowledged twice', async () => {
  const service = await ready();
  const { element, sensor } = service;
  const record = await sensor.seal(72);
  await element.takeSensorRecords([record], timestamp(service));
  const again = await sensor.open(await element.takeSensorRecords([record], timestamp(service)));
  expect(again.acknowledgements[0]?.results).toMatchObject([{ sequence: 0, outcome: 'duplicate' }]);
  await deliver(service);
  expect(service.hospital.stored.size).toBe(1);
});

test('a retry sends the same sealed bytes while the channel lives', async () => {
  const service = await ready();
  const { element, sensor } = service;
  await element.takeSensorRecords([await sensor.seal(70), await sensor.seal(71)], timestamp(service));
  const first = await element.sealBatch(times(service));
  service.clock.at += 5000;
  await element.takeSensorRecords([await sensor.seal(73)], timestamp(service));
  const second = await element.sealBatch(times(service));
  const before = decodeCbor(first?.body ?? new Uint8Array(0)) as unknown[];
  const after = decodeCbor(second?.body ?? new Uint8Array(0)) as unknown[];
  expect(after.slice(0, 2)).toEqual(before);
  expect(second).toMatchObject({ records: 3, fresh: 1 });
});

test('after a new handshake the same reading is sealed again and stored once', async () => {
  const service = await ready();
  const { element, sensor, hospital } = service;
  await element.takeSensorRecords([await sensor.seal(70)], timestamp(service));
  const lost = await element.sealBatch(times(service));
  await hospital.records(lost?.body ?? new Uint8Array(0));
  await shakeHandsWithHospital(service, element);
  const delivery = await deliver(service);
  expect(delivery.confirmed).toMatchObject([{ duplicate: true }]);
  expect(hospital.stored.size).toBe(1);
  expect(hospital.repeatedCounters).toBe(0);
});

test('a hospital that lost the channel costs a handshake and no reading', async () => {
  const service = await ready();
  const { element, sensor, hospital } = service;
  await element.takeSensorRecords([await sensor.seal(70)], timestamp(service));
  hospital.forgetChannels();
  const delivery = await deliver(service);
  expect(delivery.postponed.get('channel-unknown')).toBe(1);
  await expect(element.sealBatch(times(service))).rejects.toMatchObject({ code: 'handshake-needed' });
  await shakeHandsWithHospital(service, element);
  expect((await deliver(service)).confirmed).toHaveLength(1);
});

test('what the hospital refuses for good goes on the shelf and is told, and can be tried again', async () => {
  let refusing = true;
  const service = await ready({ refuse: () => (refusing ? 'unknown-patient' : undefined) });
  const { element, sensor } = service;
  await element.takeSensorRecords([await sensor.seal(70), await sensor.seal(71)], timestamp(service));
  const delivery = await deliver(service);
  expect(delivery.confirmed).toEqual([]);
  expect(delivery.refused.map(({ code }) => code)).toEqual(['unknown-patient', 'unknown-patient']);
  element.unlock();
  expect(await element.display()).toMatchObject({
    shelf: [{ code: 'unknown-patient', readings: 2 }],
    codesWaiting: 0,
    counts: { acknowledged: 0, refused: 2 },
    waiting: { readings: 0 },
  });
  refusing = false;
  expect(await element.retryRefused()).toBe(2);
  expect((await deliver(service)).confirmed).toHaveLength(2);
  expect((await element.display()).shelf).toEqual([]);
});

test('a late reading is marked and kept', async () => {
  const service = await ready();
  const { element, sensor, clock } = service;
  const measuredAt = { utcMs: clock.at - 3_600_000, offsetMinutes: 0 };
  const ahead = { utcMs: clock.at + 3_600_000, offsetMinutes: 0 };
  const records = [await sensor.seal(70, { measuredAt }), await sensor.seal(71, { measuredAt: ahead })];
  await element.takeSensorRecords(records, timestamp(service));
  element.unlock();
  expect((await element.display()).counts).toMatchObject({ received: 2, late: 1, fromTheFuture: 1 });
  expect((await deliver(service)).confirmed).toHaveLength(2);
});

test('a full outbox tells the sensor to keep its record, and takes it once there is room', async () => {
  const service = await ready({ settings: { outboxCapacity: 2 } });
  const { element, sensor } = service;
  const records = [await sensor.seal(70), await sensor.seal(71), await sensor.seal(72)];
  const answer = await sensor.open(await element.takeSensorRecords(records, timestamp(service)));
  expect(answer.acknowledgements[0]?.results.map(({ outcome }) => outcome)).toEqual(['stored', 'stored']);
  expect(answer.hints.map(({ code }) => code)).toEqual(['outbox-full']);
  await deliver(service);
  const later = await sensor.open(await element.takeSensorRecords(records.slice(2), timestamp(service)));
  expect(later.acknowledgements[0]?.results.map(({ outcome }) => outcome)).toEqual(['stored']);
});

test('a reading entered by hand has the patient as its origin and numbers of its own', async () => {
  const service = await ready();
  const { element, hospital } = service;
  const { measurements } = { measurements: [{ code: 150364, unit: 268192, value: { mantissa: 374, exponent: -1 } }] };
  const reading = { measuredAt: timestamp(service), measurements };
  await expect(element.enterReading(reading, service.clock.at)).rejects.toMatchObject({ code: 'element-locked' });
  element.unlock();
  const first = await element.enterReading(reading, service.clock.at);
  const second = await element.enterReading(reading, service.clock.at);
  expect(first.source).toEqual(patientIdentity);
  expect([first.sequence, second.sequence]).toEqual([0, 1]);
  await deliver(service);
  expect(hospital.stored.size).toBe(2);
  const empty = { ...reading, measurements: [] };
  await expect(element.enterReading(empty, service.clock.at)).rejects.toMatchObject({ code: 'measurement-missing' });
});

test('a reading of a standard sensor needs no patient, and tells the hospital that it came open', async () => {
  const service = await ready();
  const { element, hospital } = service;
  const unsealed = { profile: 'thermometer', device: 'Thermo 3' } as const;
  const measurements = [{ code: 150364, unit: 268192, value: { mantissa: 374, exponent: -1 } }];
  const reading = { measuredAt: timestamp(service), measurements, unsealed };
  const origin = await element.takeStandardReading(reading, service.clock.at);
  expect(origin).toMatchObject({ source: patientIdentity, sequence: 0 });
  element.unlock();
  const byHand = await element.enterReading({ measuredAt: timestamp(service), measurements }, service.clock.at);
  expect(byHand.sequence).toBe(1);
  await deliver(service);
  const stored = [...hospital.stored.values()].map(({ reading: of }) => [sourceOf(of), of.unsealed]);
  expect(stored).toEqual([
    ['standard-sensor', unsealed],
    ['entered', undefined],
  ]);
});

test('everything outlives a restart: channels, outbox, counts', async () => {
  const service = await ready();
  const { sensor, hospital } = service;
  const record = await sensor.seal(70);
  await service.element.takeSensorRecords([record, await sensor.seal(71)], timestamp(service));
  const sent = await service.element.sealBatch(times(service));
  await hospital.records(sent?.body ?? new Uint8Array(0));
  const element = await service.reopen();
  const again = await sensor.open(await element.takeSensorRecords([record], timestamp(service)));
  expect(again.acknowledgements[0]?.results).toMatchObject([{ outcome: 'duplicate' }]);
  expect((await deliver(service, element)).confirmed.map(({ duplicate }) => duplicate)).toEqual([true, true]);
  expect(hospital.repeatedCounters).toBe(0);
  expect(hospital.channels).toBe(1);
  element.unlock();
  expect((await element.display()).counts).toMatchObject({ received: 2, acknowledged: 2, duplicates: 2 });
});

test('keys are renewed after a number of records and after a day', async () => {
  const service = await ready({ settings: { renewAfterRecords: 2 } });
  const { element, sensor, clock } = service;
  await element.takeSensorRecords(
    [await sensor.seal(70), await sensor.seal(71), await sensor.seal(72)],
    timestamp(service),
  );
  await deliver(service);
  expect(await element.duty(clock.at)).toMatchObject({ handshakeNeeded: true });
  await shakeHandsWithHospital(service, element);
  expect(await element.duty(clock.at)).toMatchObject({ handshakeNeeded: false });
  expect(await element.duty(clock.at + 25 * 3_600_000)).toMatchObject({ handshakeNeeded: true });
});

test('the keys of an old sensor channel go when the first reading comes on the new one', async () => {
  const service = await ready();
  const { element, sensor } = service;
  await element.takeSensorRecords([await sensor.seal(70)], timestamp(service));
  const old = await sensor.seal(71);
  await shakeHandsWithSensor(service);
  const still = await sensor.open(await element.takeSensorRecords([await sensor.seal(72)], timestamp(service)));
  expect(still.acknowledgements).toHaveLength(1);
  const answer = await sensor.open(await element.takeSensorRecords([old], timestamp(service)));
  expect(answer.hints.map(({ code }) => code)).toEqual(['channel-unknown']);
  // The sealed word, on the newest channel, that lets the sensor seal it again.
  expect(answer.acknowledgements[0]?.results).toMatchObject([{ outcome: 'refused', code: 'channel-unknown' }]);
  expect(await service.storage.list('sensor-channel/')).toHaveLength(1);
});

test('a hospital that has forgotten the certificate gets the chain by value at the next attempt', async () => {
  const service = await ready();
  const { element, hospital, clock } = service;
  hospital.forgetChains();
  const message2 = await hospital.edhoc(await element.startHospitalHandshake(clock.at));
  const message3 = await element.continueHospitalHandshake(message2);
  const refusal = await hospital.edhoc(message3).catch(errorMessageFor);
  await expect(element.finishHospitalHandshake(refusal, clock.at)).rejects.toMatchObject({
    code: 'peer-lacks-credential',
  });
  await shakeHandsWithHospital(service, element);
  expect(hospital.channels).toBe(2);
});
