// An hour without a network at a reading a second, and then all of it at once, through the whole card in a real Worker:
// every reading is stored once, in order, and those that came late to the card are marked. Ten hours, through the app and a
// hospital as well, are in tests/phone.

import { openMessagePortCard } from '@vitalseal/uicc/message-port';
import { expect, test } from 'vitest';
import { exclusively } from '../../mha/client/card-user.ts';
import { MhaClient } from '../../mha/client/mha-client.ts';
import { CertifiedWorld } from '../../testing/certified-world.ts';
import { hospitalIdentity, patientIdentity, sensorIdentity } from '../../testing/element-in-service.ts';
import { InitiatingSensor } from '../../testing/initiating-sensor.ts';
import { RespondingHospital } from '../../testing/responding-hospital.ts';

const readings = 3600;
const together = 256;

test('an hour of readings wait in the card and reach the hospital once, in order', async () => {
  const now = Date.now;
  const world = await CertifiedWorld.make(now());
  const hospital = new RespondingHospital({ party: await world.party(hospitalIdentity), root: world.root, now });
  const party = await world.party(sensorIdentity);
  // What the sensor measured lies an hour back.
  const past = now() - readings * 1000;
  let second = 0;
  const measured = () => past + 1000 * second++;
  const sensor = new InitiatingSensor({ party, root: world.root, patient: patientIdentity, now: measured });
  const worker = new Worker(new URL('./card.worker.ts', import.meta.url), { type: 'module' });
  const { port1, port2 } = new MessageChannel();
  worker.postMessage(`card-${crypto.randomUUID()}`, [port2]);
  const client = new MhaClient(exclusively(await openMessagePortCard(port1, { timeoutMs: 120_000 })), {
    extendedLengths: true,
  });
  await client.select();
  await client.setFirstPin('4711');
  const chain = await world.certify(await client.generateKey(patientIdentity), patientIdentity);
  await client.installCertificates({ chain, anchors: [world.root] });
  await client.bond({ sensors: [sensorIdentity] });
  await sensor.shakeHands((body) => client.answerSensorHandshake(body));
  for (let taken = 0; taken < readings; ) {
    const count = Math.min(together, readings - taken);
    const records = [];
    for (let i = 0; i < count; i++) records.push(await sensor.seal(60 + ((taken + i) % 60)));
    await client.takeSensorRecords(records);
    taken += count;
  }
  expect(await client.duty()).toMatchObject({ waiting: readings });
  const { counts } = await client.display();
  expect(counts).toMatchObject({ received: readings, repeated: 0 });
  expect(counts.late).toBeGreaterThan(readings * 0.9);

  while ((await client.duty()).waiting > 0) {
    const request = await client.takeRequest();
    if (!request) {
      await new Promise((resolve) => setTimeout(resolve, 1));
      continue;
    }
    const answer = await hospital.answer(request.path, request.body);
    await client.giveAnswer({ number: request.number, answer: { ...answer, retryAfterMs: 0 } });
  }
  const sequences = [...hospital.stored.values()].map(({ reading }) => reading.origin.sequence);
  expect(sequences).toHaveLength(readings);
  expect(sequences.every((sequence, i) => i === 0 || sequence > (sequences[i - 1] ?? 0))).toBe(true);
  // The patient's own day has all of them, each at the hospital.
  let shown = 0;
  for (let from: number | undefined = 0; from !== undefined; ) {
    const part = await client.readDiary(from);
    expect(part.readings.every(({ place }) => place === 'hospital')).toBe(true);
    shown += part.readings.length;
    from = part.next;
  }
  expect(shown).toBe(readings);
  worker.terminate();
}, 600_000);
