// The whole card in a real Worker, its store in IndexedDB, and a page that carries for it.

import { openMessagePortCard } from '@vitalseal/uicc/message-port';
import { afterEach, expect, test } from 'vitest';
import { exclusively } from '../../mha/client/card-user.ts';
import { MhaClient } from '../../mha/client/mha-client.ts';
import { CertifiedWorld } from '../../testing/certified-world.ts';
import { hospitalIdentity, patientIdentity, sensorIdentity } from '../../testing/element-in-service.ts';
import { InitiatingSensor } from '../../testing/initiating-sensor.ts';
import { RespondingHospital } from '../../testing/responding-hospital.ts';
import { openCardDatabase } from './indexed-db-storage.ts';

const pin = '4711';
const workers: Worker[] = [];
afterEach(() => {
  for (const worker of workers.splice(0)) worker.terminate();
});

const newName = () => `card-${crypto.randomUUID()}`;

async function startCard(name: string) {
  const worker = new Worker(new URL('./card.worker.ts', import.meta.url), { type: 'module' });
  workers.push(worker);
  const { port1, port2 } = new MessageChannel();
  worker.postMessage(name, [port2]);
  const card = await openMessagePortCard(port1);
  const client = new MhaClient(exclusively(card));
  await client.select();
  return { worker, card, client };
}

/** A Worker that was ended lets go of its lock a little later. */
async function startAgain(name: string) {
  for (let attempt = 0; ; attempt++) {
    try {
      return await startCard(name);
    } catch (error) {
      if (attempt >= 50) throw error;
      await new Promise((resolve) => setTimeout(resolve, 20));
    }
  }
}

async function around() {
  const now = Date.now;
  const world = await CertifiedWorld.make(now());
  const party = await world.party(hospitalIdentity);
  const sensorParty = await world.party(sensorIdentity);
  return {
    world,
    hospital: new RespondingHospital({ party, root: world.root, now }),
    sensor: new InitiatingSensor({ party: sensorParty, root: world.root, patient: patientIdentity, now }),
  };
}

/** What a page does, with the hospital of the test at the other end of its HTTPS. */
async function carry(client: MhaClient, hospital: RespondingHospital): Promise<string[]> {
  const paths: string[] = [];
  while ((await client.duty()).waiting > 0) {
    const request = await client.takeRequest();
    if (!request) {
      await new Promise((resolve) => setTimeout(resolve, 1));
      continue;
    }
    const { number, path, body } = request;
    paths.push(path);
    const answer = await hospital.answer(path, body);
    await client.giveAnswer({ number, answer: { ...answer, retryAfterMs: 0 } });
  }
  return paths;
}

test('takes readings, seals them for the page to carry, and is the same card after its Worker was ended', async () => {
  const { world, hospital, sensor } = await around();
  const name = newName();
  const first = await startCard(name);
  await first.client.setFirstPin(pin);
  const chain = await world.certify(await first.client.generateKey(patientIdentity), patientIdentity);
  await first.client.installCertificates({ chain, anchors: [world.root] });
  await first.client.bond({ sensors: [sensorIdentity] });
  await sensor.shakeHands((body) => first.client.answerSensorHandshake(body));
  await first.client.takeSensorRecords([await sensor.seal(60), await sensor.seal(61)]);
  expect(await carry(first.client, hospital)).toEqual(['/edhoc', '/edhoc', '/attestation', '/records']);
  await first.client.takeSensorRecords([await sensor.seal(62)]);
  first.worker.terminate();

  const { client } = await startAgain(name);
  await expect(client.duty()).rejects.toMatchObject({ code: 'element-locked' });
  await expect(client.verify('0000')).rejects.toMatchObject({ code: 'pin-refused', triesLeft: 2 });
  await client.verify(pin);
  await carry(client, hospital);
  expect(hospital.stored.size).toBe(3);
  expect(hospital.repeatedCounters).toBe(0);
  expect((await client.display()).counts.acknowledged).toBe(3);
});

test('three wrong PINs block it, for the Worker that comes after too', async () => {
  const name = newName();
  const first = await startCard(name);
  await first.client.setFirstPin(pin);
  for (const code of ['pin-refused', 'pin-refused', 'pin-blocked']) {
    await expect(first.client.verify('0000')).rejects.toMatchObject({ code });
  }
  first.worker.terminate();
  const { client } = await startAgain(name);
  await expect(client.verify(pin)).rejects.toMatchObject({ code: 'pin-blocked' });
});

test("is one tab's at a time", async () => {
  const name = newName();
  await startCard(name);
  await expect(openCardDatabase(name)).rejects.toMatchObject({ code: 'storage-in-use' });
});

test('its device key is a handle that no script can read', async () => {
  const { storage, deviceKey } = await openCardDatabase(newName());
  const make = () => crypto.subtle.generateKey({ name: 'HMAC', hash: 'SHA-256' }, false, ['sign']);
  const key = await deviceKey(make);
  expect(key.extractable).toBe(false);
  expect(await deviceKey(() => Promise.reject(new Error('expected the key that is here')))).toEqual(key);
  await expect(crypto.subtle.exportKey('raw', key)).rejects.toThrow();
  await storage.close();
});

test('a commit is there for a later opening, all of it', async () => {
  const name = newName();
  const first = await openCardDatabase(name);
  await first.storage.commit([
    { name: 'a/2', value: Uint8Array.of(2) },
    { name: 'a/1', value: Uint8Array.of(1) },
    { name: 'b', value: Uint8Array.of(3) },
  ]);
  await first.storage.close();
  const second = await openCardDatabase(name);
  expect(await second.storage.list('a/')).toEqual(['a/1', 'a/2']);
  await second.storage.commit([{ name: 'a/1', value: null }]);
  expect(await second.storage.read('a/1')).toBeUndefined();
  expect(await second.storage.read('b')).toEqual(Uint8Array.of(3));
  await second.storage.close();
});
