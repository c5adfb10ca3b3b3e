// The same card in a Worker of a browser. The page sees what is sealed already, and its own HTTPS carries it.

import {
  type CommandApdu,
  commandDetails,
  decodeCommand,
  decodeProactiveCommand,
  decodeResponse,
  encodeCommand,
  encodeResponse,
  encodeTerminalProfile,
  encodeTerminalResponse,
  generalResults,
  proactiveCommandWaiting,
  type ResponseApdu,
} from '@vitalseal/uicc';
import { type MessagePortCard, openMessagePortCard } from '@vitalseal/uicc/message-port';
import { afterEach, expect, test } from 'vitest';
import { exclusively } from '../../mha/client/card-user.ts';
import { MhaClient } from '../../mha/client/mha-client.ts';
import { CertifiedWorld } from '../../testing/certified-world.ts';
import { hospitalIdentity, patientIdentity, sensorIdentity } from '../../testing/element-in-service.ts';
import { InitiatingSensor } from '../../testing/initiating-sensor.ts';
import { RespondingHospital } from '../../testing/responding-hospital.ts';

const pin = '4711';
const workers: Worker[] = [];

afterEach(() => {
  for (const worker of workers.splice(0)) worker.terminate();
});

/** The page's end of the toolkit: it tells the time, and nothing else. */
function answering(card: MessagePortCard): (command: CommandApdu) => Promise<ResponseApdu> {
  const send = async (command: CommandApdu) => decodeResponse(await card.transmit(encodeCommand(command)));
  return async (command) => {
    const first = await send(command);
    let { status } = first;
    for (;;) {
      const le = proactiveCommandWaiting(status);
      if (le === undefined) return first;
      const fetched = await send({ cla: 0x80, ins: 0x12, p1: 0, p2: 0, data: new Uint8Array(0), le });
      const proactive = decodeProactiveCommand(fetched.data);
      const data = encodeTerminalResponse({
        ...commandDetails(proactive),
        ...(proactive.type === 'provide-local-information'
          ? {
              result: { general: generalResults.performed },
              dateTimeZone: { utcMs: Date.now(), offsetMinutes: 0 },
            }
          : { result: { general: generalResults.beyondCapabilities } }),
      });
      ({ status } = await send({ cla: 0x80, ins: 0x14, p1: 0, p2: 0, data }));
    }
  };
}

async function cardInWorker(): Promise<MhaClient> {
  const worker = new Worker(new URL('./card.worker.ts', import.meta.url), { type: 'module' });
  workers.push(worker);
  const { port1, port2 } = new MessageChannel();
  worker.postMessage(undefined, [port2]);
  const send = answering(await openMessagePortCard(port1));
  const capabilities = new Set(['profile-download', 'provide-date-time-zone'] as const);
  const data = encodeTerminalProfile({ capabilities, channels: 0 });
  await send({ cla: 0x80, ins: 0x10, p1: 0, p2: 0, data });
  const transmit = async (apdu: Uint8Array<ArrayBuffer>) => encodeResponse(await send(decodeCommand(apdu)));
  const mha = new MhaClient(exclusively({ transmit }));
  await mha.select();
  return mha;
}

test('readings of a sensor reach the hospital through the page, sealed in the Worker', async () => {
  const world = await CertifiedWorld.make(Date.now());
  const now = Date.now;
  const sensor = new InitiatingSensor({
    party: await world.party(sensorIdentity),
    root: world.root,
    patient: patientIdentity,
    now,
  });
  const hospital = new RespondingHospital({ party: await world.party(hospitalIdentity), root: world.root, now });

  const mha = await cardInWorker();
  await mha.setFirstPin(pin);
  const chain = await world.certify(await mha.generateKey(patientIdentity), patientIdentity);
  await mha.installCertificates({ chain, anchors: [world.root] });
  await mha.bond({ sensors: [sensorIdentity] });
  await sensor.shakeHands((body) => mha.answerSensorHandshake(body));
  await mha.takeSensorRecords([await sensor.seal(72), await sensor.seal(73)]);

  const paths: string[] = [];
  while ((await mha.duty()).waiting > 0) {
    const request = await mha.takeRequest();
    if (request === undefined) {
      await new Promise((resolve) => setTimeout(resolve, 1));
      continue;
    }
    const { number, path, body } = request;
    paths.push(path);
    const answer = path === '/edhoc' ? await hospital.edhoc(body) : await hospital.records(body);
    await mha.giveAnswer({ number, answer: { status: 200, body: answer, retryAfterMs: 0 } });
  }
  expect(paths).toEqual(['/edhoc', '/edhoc', '/records']);
  expect(hospital.stored.size).toBe(2);
  expect((await mha.takeReports()).filter(({ kind }) => kind === 'confirmed')).toHaveLength(2);
});

test('three wrong PINs block the card in the Worker too', async () => {
  const mha = await cardInWorker();
  await mha.setFirstPin(pin);
  for (const code of ['pin-refused', 'pin-refused', 'pin-blocked', 'pin-blocked']) {
    await expect(mha.verify('0000')).rejects.toMatchObject({ code });
  }
  await expect(mha.verify(pin)).rejects.toMatchObject({ code: 'pin-blocked' });
});
