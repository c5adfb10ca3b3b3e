// Time, place and drift on their whole way: a terminal tells the card, the card seals them, and the hospital has them,
// over HTTPS from inside the card.

import { decodeCommand, encodeResponse, encodeTerminalProfile, generalResults } from '@vitalseal/uicc';
import { afterEach, expect, test } from 'vitest';
import { HospitalHttps } from '../https/hospital-https.ts';
import { HospitalServer } from '../testing/hospital-server.ts';
import { cardInService } from '../testing/index.ts';
import { polled } from '../testing/linked-card.ts';
import { TestTerminal } from '../testing/test-terminal.ts';

const closing: (() => unknown)[] = [];
afterEach(async () => {
  for (const close of closing.splice(0).reverse()) await close();
});

const capabilities = [
  'profile-download',
  'timer-expiration',
  'set-up-event-list',
  'data-available',
  'channel-status',
  'timer-start-stop',
  'provide-date-time-zone',
  'geographical-location-reporting',
  'geographical-location-request',
  'open-channel',
  'close-channel',
  'receive-data',
  'send-data',
  'get-channel-status',
  'tcp-client-remote',
] as const;
const berlin = { latitude: 52.52, longitude: 13.405, accuracyMetres: 12 };
const aheadMs = 5 * 60_000;

async function phoneAhead() {
  let terminal: TestTerminal | undefined;
  const phone = () => {
    if (!terminal) throw new Error('expected a terminal');
    return terminal;
  };
  const service = await cardInService({
    at: Date.now(),
    terminalTime: true,
    carrier: (element, destination) => {
      const security = async () => ({ kind: 'certificate' as const, ...(await element.linkCredential()) });
      return new HospitalHttps({ session: service.session, destination, security });
    },
    userOf: (card) => {
      terminal = new TestTerminal(card, { utcMs: () => Date.now() + aheadMs });
      return { run: (use) => use(async (apdu) => encodeResponse(await phone().send(decodeCommand(apdu)))) };
    },
  });
  phone().lie = ({ type }, answer) =>
    type === 'geographical-location-request' ? { result: { general: generalResults.performed } } : answer;
  const profile = encodeTerminalProfile({ capabilities: new Set(capabilities), channels: 3 });
  await phone().send({ cla: 0x80, ins: 0x10, p1: 0, p2: 0, data: profile });
  await phone().envelope({ type: 'geographical-location-reporting', location: berlin });
  const { hospital, world, client } = service;
  const server = await HospitalServer.listen({ hospital, world });
  closing.push(async () => {
    await service.card.reset();
    await phone().close();
    await server.close();
  });
  await client.putHospitalAddress({
    name: 'localhost',
    port: server.port,
    address: Uint8Array.of(127, 0, 0, 1),
  });
  return { ...service, terminal: phone() };
}

test('a phone that is five minutes ahead is told as such, its place with it, and no reading is refused', async () => {
  const { client, sensor, hospital, terminal } = await phoneAhead();
  await sensor.shakeHands((body) => client.answerSensorHandshake(body));
  for (const pulse of [70, 71]) {
    await client.takeSensorRecords([await sensor.seal(pulse)]);
    const stored = async () => {
      while ((await client.duty()).waiting > 0) await new Promise((resolve) => setTimeout(resolve, 2));
    };
    await polled(terminal, stored());
  }
  const [first, second] = [...hospital.stored.values()];
  expect(first).not.toHaveProperty('clockDriftMs');
  expect(first?.location?.latitude).toBeCloseTo(berlin.latitude, 4);
  const ahead = (first?.sentAt.utcMs ?? 0) - Date.now();
  expect(Math.abs(ahead - aheadMs)).toBeLessThan(60_000);
  expect(Math.abs((second?.clockDriftMs ?? 0) - aheadMs)).toBeLessThan(60_000);
  const reports = await client.takeReports();
  expect(reports.filter(({ kind }) => kind === 'confirmed')).toHaveLength(2);
});
