// Table II, replay: whatever was sent once and is sent again, at every hop, changes nothing.

import { memoryCustody, signIn } from '@vitalseal/clinician';
import type { Bytes } from '@vitalseal/protocol';
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest';
import { PatientInHand, refusalOf } from './patient-in-hand.fixture.ts';
import { identities, soon, Ward } from './ward.fixture.ts';

let ward: Ward;
let patient: PatientInHand;

beforeAll(async () => {
  ward = await Ward.open();
  patient = await PatientInHand.enrol(ward);
});
afterAll(() => ward.close());

beforeEach(async () => {
  const { stored } = await ward.store.counts();
  const { confirmed } = await patient.deliver();
  expect(confirmed).toHaveLength(1);
  expect((await ward.store.counts()).stored).toBe(stored + 1);
});

const last = <Item>(items: readonly Item[]): Item => {
  const item = items.at(-1);
  if (item === undefined) throw new Error('expected an honest exchange before');
  return item;
};

test('a replayed step 1 record is answered as a duplicate and kept once', async () => {
  const before = await patient.state();
  const { acknowledgements } = await patient.take(last(patient.step1), last(patient.step1));
  expect(acknowledgements.flatMap(({ results }) => results.map(({ outcome }) => outcome))).toEqual([
    'duplicate',
    'duplicate',
  ]);
  expect(await patient.state()).toEqual(before);
});

test('a step 1 record of an earlier channel is refused once the sensor has moved to a new one', async () => {
  const old = last(patient.step1);
  await patient.shakeHandsWithSensor();
  await patient.deliver();
  const before = await patient.state();
  const { hints } = await patient.take(old);
  expect(hints).toEqual(['channel-unknown']);
  expect(await patient.state()).toEqual(before);
});

test('a replayed step 2 record is a duplicate: stored once, however often it comes', async () => {
  const record = last(patient.step2);
  const { duplicates } = await ward.store.counts();
  await ward.unchangedBy(async () => {
    await patient.send(record);
    await patient.send(record, record, record);
  });
  expect((await ward.store.counts()).duplicates).toBe(duplicates + 4);
});

test('a replayed step 2 record is a duplicate also after the hospital was started again', async () => {
  const record = last(patient.step2);
  await ward.halt();
  await ward.serve();
  await ward.unchangedBy(() => patient.send(record));
});

test('records of one batch in another order are each stored once', async () => {
  const { stored } = await ward.store.counts();
  for (const pulse of [70, 71, 72]) await patient.take(await patient.sensor.seal(pulse));
  const records = await patient.sealed();
  const { answer } = await patient.send(...records.toReversed(), ...records);
  expect((await patient.hear(answer)).confirmed).toHaveLength(3);
  expect((await ward.store.counts()).stored).toBe(stored + 3);
});

test('a replayed acknowledgement is refused by the element and frees nothing from its outbox', async () => {
  await patient.take(await patient.sensor.seal(75));
  const records = await patient.sealed();
  const before = await patient.state();
  expect(await refusalOf(patient.hear(last(patient.answers)))).toBe('acknowledgement-replayed');
  expect(await patient.state()).toEqual(before);
  expect((await patient.hear((await patient.send(...records)).answer)).confirmed).toHaveLength(1);
});

test('a replayed message_3 opens no second channel', async () => {
  await patient.shakeHandsWithHospital();
  const message3 = last(patient.handshakes);
  const refusals = ward.logged('handshake refused').length;
  await ward.unchangedBy(() => patient.edhoc(message3));
  expect(ward.logged('handshake refused').slice(refusals)).toMatchObject([{ code: 'unknown-handshake' }]);
});

test('a replayed message_1 begins a handshake that nobody without the key can end', async () => {
  await patient.shakeHandsWithHospital();
  const [message1, message3] = patient.handshakes.slice(-2) as [Bytes, Bytes];
  await ward.unchangedBy(async () => {
    const first = await patient.edhoc(message1);
    const second = await patient.edhoc(message1);
    // A fresh ephemeral key each time, so that the old message_3 fits neither.
    expect(first).not.toEqual(second);
    await patient.edhoc(message3);
  });
});

test('a replayed subscription of the doctor opens no second feed', async () => {
  const bodies: Bytes[] = [];
  const doctor = await ward.clinician(identities.doctor, {
    fetch: (url, init) => {
      if (String(url).endsWith('/step3/stream')) bodies.push(init?.body as Bytes);
      return fetch(url, init);
    },
  });
  await expect.poll(() => doctor.ward.get().link.kind, soon).toBe('live');
  await ward.unchangedBy(async () => {
    const url = new URL('/step3/stream', ward.hospital.peopleUrl);
    const headers = { 'content-type': 'application/cose' };
    const answer = await fetch(url, { method: 'POST', headers, body: last(bodies) });
    expect(answer.status).toBe(400);
    expect(await answer.json()).toEqual({ code: 'record-replayed' });
  });
});

test('a feed recorded from the wire and played to the doctor again is counted and not taken', async () => {
  const heard: Uint8Array[] = [];
  const again = Promise.withResolvers<void>();
  const doctor = await ward.clinician(identities.doctor, {
    fetch: async (url, init) => {
      const answer = await fetch(url, init);
      if (!String(url).endsWith('/step3/stream') || answer.body === null) return answer;
      const replaying = new TransformStream<Uint8Array, Uint8Array>({
        start: (stream) => void again.promise.then(() => heard.forEach((chunk) => void stream.enqueue(chunk))),
        transform: (chunk, stream) => {
          heard.push(chunk);
          stream.enqueue(chunk);
        },
      });
      return new Response(answer.body.pipeThrough(replaying), answer);
    },
  });
  await expect.poll(() => doctor.ward.get().complete, soon).toBe(true);
  const { patients } = doctor.ward.get();
  again.resolve();
  await expect.poll(() => doctor.ward.get().unusable.lastCode, soon).toBe('record-replayed');
  expect(doctor.ward.get().patients).toEqual(patients);
});

test('an activation code that was used is refused to another key, and the first certificate stands', async () => {
  const identity = { role: 'doctor', id: 'doctor-2' } as const;
  const link = await ward.link(identity, `${ward.hospital.peopleUrl}/doctor/`);
  await signIn({ link, role: 'doctor', custody: memoryCustody() });
  const certificates = (await ward.authority.authority.list()).length;
  expect(await refusalOf(signIn({ link, role: 'doctor', custody: memoryCustody() }))).toBe('enrolment-refused');
  expect(await ward.authority.authority.list()).toHaveLength(certificates);
});
