// Everything that goes over the interface of phone and card, with the patient logged in and looking: none of it holds a
// value that a sensor measured, a place, or the PIN outside of the command that presents it.

import { type Bytes, decimal, encodeCbor, encodeStep1Message, mdc, mdcUnit } from '@vitalseal/protocol';
import { expect, test } from 'vitest';
import { cardInService, patientIdentity, sensorIdentity, testPin } from '../testing/index.ts';
import { exclusively } from './client/card-user.ts';
import { MhaClient } from './client/mha-client.ts';

const readings = 20;
const firstMantissa = 7_654_321;
const latitude = 12.345678;

function found(traces: readonly Uint8Array[], captured: readonly Uint8Array[]): string[] {
  const everything = captured.map((bytes) => Buffer.from(bytes));
  return traces
    .filter((trace) => everything.some((bytes) => bytes.includes(Buffer.from(trace))))
    .map((trace) => Buffer.from(trace).toString('hex'));
}

test('nothing that was measured leaves the card in clear, whoever is present', async () => {
  const { card, hospital, sensor, clock, client: setUp } = await cardInService();
  const captured: Bytes[] = [];
  const capture = async (apdu: Bytes) => {
    captured.push(apdu.slice());
    const response = await card.transmit(apdu);
    captured.push(response.slice());
    return response;
  };
  const client = new MhaClient(exclusively({ transmit: capture }));
  await sensor.shakeHands((body) => client.answerSensorHandshake(body));
  const traces = [encodeCbor(mdc.heartRate), encodeCbor(Math.round(latitude * 1e6)), Buffer.from(testPin)];
  const payloads: Bytes[] = [];
  for (let i = 0; i < readings; i++) {
    const at = { utcMs: clock.at, offsetMinutes: 0 };
    const payload = encodeStep1Message({
      sender: sensorIdentity,
      recipient: patientIdentity,
      sentAt: at,
      location: { latitude, longitude: 1.5, accuracyMetres: 5, at: clock.at },
      measuredAt: at,
      measurements: [
        { code: mdc.heartRate, unit: mdcUnit.beatsPerMinute, value: decimal((firstMantissa + i) / 1e4, -4) },
      ],
    });
    payloads.push(payload);
    traces.push(encodeCbor(firstMantissa + i));
    await client.takeSensorRecords([await sensor.sealRaw(payload)]);
  }
  while ((await client.duty()).waiting > 0) {
    await client.display();
    const request = await client.takeRequest();
    if (!request) continue;
    const { number, path, body } = request;
    const answer = await hospital.answer(path, body);
    await client.giveAnswer({ number, answer: { ...answer, retryAfterMs: 0 } });
  }
  expect(await client.takeReports()).not.toEqual([]);
  await setUp.logOut();

  // The search finds what is there to be found: in the message before it is sealed.
  expect(found(traces, payloads)).toHaveLength(2 + readings);
  expect(captured.length).toBeGreaterThan(100);
  expect(hospital.stored.size).toBe(readings);
  expect(found(traces, captured)).toEqual([]);
});
