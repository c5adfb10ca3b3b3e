// A sensor that comes to its patient by the code on it, at the element's end.

import type { Bytes, Identity } from '@vitalseal/protocol';
import { describe, expect, test } from 'vitest';
import type { SecureElement } from '../secure-element.ts';
import { elementInService, type InService, patientIdentity, sensorIdentity } from '../testing/element-in-service.ts';
import { InitiatingSensor } from '../testing/initiating-sensor.ts';

const refusal = (code: string) =>
  expect.objectContaining({ code: 'credential-refused', cause: expect.objectContaining({ code }) });
const coded = (code: string) => expect.objectContaining({ code });
const code = new Uint8Array(32).fill(1);
const otherCode = new Uint8Array(32).fill(2);
const newSensor: Identity = { role: 'sensor', id: 'sensor-9' };

async function certified(inService: InService, identity: Identity = newSensor): Promise<InitiatingSensor> {
  const { world, clock } = inService;
  const party = await world.party(identity);
  return new InitiatingSensor({ party, root: world.root, patient: patientIdentity, now: () => clock.at });
}

function bonding(inService: InService, sensor: InitiatingSensor, key?: Bytes, element = inService.element) {
  return sensor.shakeHands((body) => element.answerSensorHandshake(body, inService.clock.at), key);
}

async function sensorsOf(element: SecureElement): Promise<string[]> {
  element.unlock();
  const { sensors } = await element.display();
  element.lock();
  return sensors.map(({ id }) => id);
}

async function waitingCodes(element: SecureElement): Promise<number> {
  element.unlock();
  const { codesWaiting } = await element.display();
  element.lock();
  return codesWaiting;
}

async function record(inService: InService, sensor: InitiatingSensor, element = inService.element) {
  const at = { utcMs: inService.clock.at, offsetMinutes: 60 };
  return sensor.open(await element.takeSensorRecords([await sensor.seal(72)], at));
}

describe('a sensor whose code the patient has given', () => {
  test('is bonded by its handshake, and stays so when the card is opened again', async () => {
    const inService = await elementInService();
    const { element, reopen } = inService;
    const sensor = await certified(inService);
    await element.bondWithCode(code);
    expect(await waitingCodes(element)).toBe(1);
    await bonding(inService, sensor, code);
    expect(await sensorsOf(element)).toEqual([sensorIdentity.id, newSensor.id]);
    expect(await waitingCodes(element)).toBe(0);
    await element.close();
    const again = await reopen();
    expect(await sensorsOf(again)).toEqual([sensorIdentity.id, newSensor.id]);
    await bonding(inService, sensor, undefined, again);
    const { acknowledgements } = await record(inService, sensor, again);
    expect(acknowledgements[0]?.results[0]?.outcome).toBe('stored');
  });

  test('that did not hear the end of it begins again with the code, until its first record', async () => {
    const inService = await elementInService();
    const { element } = inService;
    const sensor = await certified(inService);
    await element.bondWithCode(code);
    let answers = 0;
    const cut = sensor.shakeHands(async (body) => {
      const answer = await element.answerSensorHandshake(body, inService.clock.at);
      answers += 1;
      if (answers === 2) throw new Error('out of range');
      return answer;
    }, code);
    await expect(cut).rejects.toThrowError('out of range');
    expect(await sensorsOf(element)).toContain(newSensor.id);
    await bonding(inService, sensor, code);
    await record(inService, sensor);
    // From now on the code has served: a sensor that was reset needs the patient again.
    await expect(bonding(inService, sensor, code)).rejects.toThrowError(refusal('sensor-code-unknown'));
    await element.bondWithCode(code);
    await bonding(inService, sensor, code);
    expect(await sensorsOf(element)).toEqual([sensorIdentity.id, newSensor.id]);
  });

  test('is not cut off by the list of sensors that the hospital writes afterwards', async () => {
    const inService = await elementInService();
    const sensor = await certified(inService);
    await inService.element.bondWithCode(code);
    await bonding(inService, sensor, code);
    await record(inService, sensor);
    await inService.element.bond({ sensors: [] });
    await record(inService, sensor);
    await bonding(inService, sensor);
    expect(await sensorsOf(inService.element)).toEqual([newSensor.id]);
    await expect(bonding(inService, inService.sensor)).rejects.toThrowError(refusal('peer-not-bonded'));
  });
});

test("a sensor that the hospital's list names no more is taken nothing of, on no channel", async () => {
  const inService = await elementInService();
  const { element, sensor, clock } = inService;
  await sensor.shakeHands((body) => element.answerSensorHandshake(body, clock.at));
  await record(inService, sensor);
  await element.bond({ sensors: [] });
  const at = { utcMs: clock.at, offsetMinutes: 60 };
  const { acknowledgements, hints } = await sensor.open(await element.takeSensorRecords([await sensor.seal(73)], at));
  expect(acknowledgements).toEqual([]);
  expect(hints).toEqual([expect.objectContaining({ code: 'channel-unknown' })]);
});

describe('a certified sensor', () => {
  test('without a code, or with another, is refused, and takes the place of none', async () => {
    const inService = await elementInService();
    const { element } = inService;
    const stranger = await certified(inService, { role: 'sensor', id: 'sensor-8' });
    await element.bondWithCode(code);
    await expect(bonding(inService, stranger)).rejects.toThrowError(refusal('peer-not-bonded'));
    await expect(bonding(inService, stranger, otherCode)).rejects.toThrowError(refusal('sensor-code-unknown'));
    expect(await sensorsOf(element)).toEqual([sensorIdentity.id]);
    // The code still waits for the sensor that it is on.
    await bonding(inService, await certified(inService), code);
    expect(await sensorsOf(element)).toEqual([sensorIdentity.id, newSensor.id]);
  });

  test('that the hospital has named needs no code, and a wrong one is refused all the same', async () => {
    const inService = await elementInService();
    await bonding(inService, inService.sensor);
    await expect(bonding(inService, inService.sensor, otherCode)).rejects.toThrowError(refusal('sensor-code-unknown'));
  });

  test('cannot use the code of a bond that another sensor has not confirmed', async () => {
    const inService = await elementInService();
    await inService.element.bondWithCode(code);
    await bonding(inService, await certified(inService), code);
    const other = await certified(inService, { role: 'sensor', id: 'sensor-8' });
    await expect(bonding(inService, other, code)).rejects.toThrowError(refusal('sensor-code-unknown'));
  });
});

describe('codes and bonds', () => {
  test('of four sensors wait; the oldest goes, and the same one waits once', async () => {
    const { element } = await elementInService();
    const keys = Array.from({ length: 5 }, (_, i) => new Uint8Array(32).fill(i + 1));
    for (const key of [...keys, ...keys.slice(-1)]) await element.bondWithCode(key);
    expect(await waitingCodes(element)).toBe(4);
    await element.forgetCodes();
    expect(await waitingCodes(element)).toBe(0);
  });

  test('are bounded: the seventeenth sensor waits until one is forgotten', async () => {
    const inService = await elementInService();
    const { element } = inService;
    for (let i = 0; i < 16; i++) {
      await element.bondWithCode(code);
      await bonding(inService, await certified(inService, { role: 'sensor', id: `more-${i}` }), code);
    }
    await expect(element.bondWithCode(otherCode)).rejects.toThrowError(coded('bonds-full'));
    await element.forgetSensor({ role: 'sensor', id: 'more-3' });
    await element.bondWithCode(otherCode);
  });

  test('that are forgotten end the channels at once', async () => {
    const inService = await elementInService();
    const { element } = inService;
    const sensor = await certified(inService);
    await element.bondWithCode(code);
    await bonding(inService, sensor, code);
    await record(inService, sensor);
    await element.forgetSensor(newSensor);
    const at = { utcMs: inService.clock.at, offsetMinutes: 60 };
    const { hints } = await sensor.open(await element.takeSensorRecords([await sensor.seal(73)], at));
    expect(hints).toEqual([expect.objectContaining({ code: 'channel-unknown' })]);
    await expect(bonding(inService, sensor)).rejects.toThrowError(refusal('peer-not-bonded'));
    await expect(element.forgetSensor(newSensor)).rejects.toThrowError(coded('peer-not-bonded'));
  });
});
