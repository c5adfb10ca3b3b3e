// Table II, tampering: a record that was changed, cut, swollen, moved to another hop, channel or direction is refused
// with a code, and the store holds what it held before.

import { type Bytes, channelIdOf, encodeCbor, openSealer, SendCounter } from '@vitalseal/protocol';
import fc from 'fast-check';
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest';
import { PatientInHand, refusalOf } from './patient-in-hand.fixture.ts';
import { identities, soon, Ward } from './ward.fixture.ts';

let ward: Ward;
let patient: PatientInHand;
/** Sealed for the hospital, and never sent. */
let record: Bytes;

beforeAll(async () => {
  ward = await Ward.open();
  patient = await PatientInHand.enrol(ward);
  await patient.deliver();
});
afterAll(() => ward.close());

beforeEach(async () => {
  expect((await patient.deliver()).confirmed.length).toBeGreaterThan(0);
  await patient.take(await patient.sensor.seal(80));
  const [sealed] = await patient.sealed();
  if (sealed === undefined) throw new Error('expected a record that waits');
  record = sealed;
});

const flipped = (bytes: Bytes, bit: number): Bytes => {
  const changed = bytes.slice();
  changed[bit >> 3] = (changed[bit >> 3] ?? 0) ^ (1 << (bit & 7));
  return changed;
};

/** The codes of a batch of one that no channel opened. */
async function codeOf(bytes: Bytes): Promise<string | undefined> {
  const { status, answer, unopened } = await patient.send(bytes);
  if (status !== 200) return JSON.parse(new TextDecoder().decode(answer)).code;
  return unopened[0]?.[1];
}

test('a step 2 record with any one bit changed is refused, and the record itself is stored after that', async () => {
  await ward.unchangedBy(async () => {
    await fc.assert(
      fc.asyncProperty(fc.nat({ max: record.length * 8 - 1 }), async (bit) => {
        expect(['authentication-failed', 'record-malformed', 'channel-unknown']).toContain(
          await codeOf(flipped(record, bit)),
        );
      }),
      { seed: 20, numRuns: 150 },
    );
  });
  const { answer } = await patient.send(record);
  expect((await patient.hear(answer)).confirmed).toHaveLength(1);
});

test('a step 1 record with any one bit changed is refused, and the record itself is kept after that', async () => {
  const honest = await patient.sensor.seal(90);
  const before = await patient.state();
  await fc.assert(
    fc.asyncProperty(fc.nat({ max: honest.length * 8 - 1 }), async (bit) => {
      const { hints } = await patient.take(flipped(honest, bit));
      expect(['authentication-failed', 'record-malformed', 'channel-unknown']).toContain(hints[0]);
    }),
    { seed: 21, numRuns: 150 },
  );
  expect(await patient.state()).toEqual(before);
  const { acknowledgements } = await patient.take(honest);
  expect(acknowledgements[0]?.results[0]?.outcome).toBe('stored');
});

test('a record cut short at any length is refused', async () => {
  await ward.unchangedBy(async () => {
    for (let length = 0; length < record.length; length += 7) {
      expect(['authentication-failed', 'record-malformed', 'channel-unknown']).toContain(
        await codeOf(record.slice(0, length)),
      );
    }
  });
});

test('a record that was made longer is refused', async () => {
  await ward.unchangedBy(async () => {
    expect(await codeOf(new Uint8Array([...record, 0]))).toBe('record-malformed');
    expect(await codeOf(new Uint8Array([...record, ...record]))).toBe('record-malformed');
  });
});

test('a batch over a mebibyte is refused before it is read', async () => {
  await ward.unchangedBy(async () => {
    const { status, body } = await patient.post('/records', 'application/cbor', new Uint8Array((1 << 20) + 1));
    expect(status).toBe(413);
    expect(JSON.parse(new TextDecoder().decode(body))).toEqual({ code: 'body-too-large' });
  });
});

test('a batch of more records than are taken is refused whole', async () => {
  await ward.unchangedBy(async () => {
    const { status, answer } = await patient.send(...new Array<Bytes>(257).fill(record));
    expect(status).toBe(400);
    expect(JSON.parse(new TextDecoder().decode(answer))).toEqual({ code: 'malformed-request' });
  });
});

test('a tampered record costs its neighbours in the batch nothing', async () => {
  const { stored } = await ward.store.counts();
  const { answer, unopened } = await patient.send(flipped(record, record.length * 8 - 1), record);
  expect(unopened).toEqual([[0, 'authentication-failed']]);
  await patient.hear(answer);
  expect((await ward.store.counts()).stored).toBe(stored + 1);
});

test('a record of step 1 is refused on the hop of step 2', async () => {
  const foreign = await patient.sensor.seal(70);
  await ward.unchangedBy(async () => expect(await codeOf(foreign)).toBe('channel-unknown'));
});

test('a record of step 2 is refused on the hop of step 1', async () => {
  const before = await patient.state();
  expect((await patient.take(record)).hints).toEqual(['channel-unknown']);
  expect(await patient.state()).toEqual(before);
});

test('a record of step 2 is refused on the hop of step 3', async () => {
  await ward.unchangedBy(async () => {
    for (const path of ['/step3/message', '/step3/stream']) {
      const answer = await fetch(new URL(path, ward.hospital.peopleUrl), {
        method: 'POST',
        headers: { 'content-type': 'application/cose' },
        body: record,
      });
      expect([answer.status, await answer.json()]).toEqual([400, { code: 'wrong-hop' }]);
    }
  });
});

test('a record of step 3 is refused on the hop of step 2', async () => {
  const bodies: Bytes[] = [];
  const doctor = await ward.clinician(identities.doctor, {
    fetch: (url, init) => {
      if (String(url).endsWith('/step3/stream')) bodies.push(init?.body as Bytes);
      return fetch(url, init);
    },
  });
  await expect.poll(() => doctor.ward.get().link.kind, soon).toBe('live');
  const [subscription] = bodies;
  if (subscription === undefined) throw new Error('expected a subscription');
  await ward.unchangedBy(async () => expect(await codeOf(subscription)).toBe('wrong-hop'));
});

test("the hospital's own acknowledgement, sent back to it, is refused: it is of the other direction", async () => {
  const { answer } = await patient.send(record);
  const acknowledgement = acknowledgementIn(answer);
  await patient.hear(answer);
  expect(channelIdOf(acknowledgement)).toEqual(channelIdOf(record));
  await ward.unchangedBy(async () => expect(await codeOf(acknowledgement)).toBe('authentication-failed'));
});

test("the element's own record, sent back to it as an acknowledgement, is refused", async () => {
  const before = await patient.state();
  expect(await refusalOf(patient.hear(encodeCbor([record, []])))).toBe('authentication-failed');
  expect(await patient.state()).toEqual(before);
});

test('an acknowledgement with any one bit changed frees nothing from the outbox', async () => {
  const { answer } = await patient.send(record);
  const acknowledgement = acknowledgementIn(answer);
  const before = await patient.state();
  await fc.assert(
    fc.asyncProperty(fc.nat({ max: acknowledgement.length * 8 - 1 }), async (bit) => {
      const code = await refusalOf(patient.hear(encodeCbor([flipped(acknowledgement, bit), []])));
      expect(['authentication-failed', 'record-malformed', 'channel-unknown']).toContain(code);
    }),
    { seed: 22, numRuns: 100 },
  );
  expect(await patient.state()).toEqual(before);
  expect((await patient.hear(answer)).confirmed).toHaveLength(1);
});

test('a hint without seal, which a phone could make up, moves nothing out of the outbox', async () => {
  const before = await patient.state();
  for (const code of ['stored', 'duplicate', 'refused', 'unstorable', 'authentication-failed']) {
    const { confirmed, refused } = await patient.hear(encodeCbor([null, [[0, code]]]));
    expect([confirmed, refused]).toEqual([[], []]);
  }
  const { counts, waiting, shelf } = (await patient.state()) as Awaited<ReturnType<typeof patient.element.display>>;
  expect({ counts, waiting, shelf }).toMatchObject({ waiting: (before as { waiting: object }).waiting, shelf: [] });
});

test('a record of one patient under the channel of another is refused', async () => {
  const neighbour = await PatientInHand.enrol(ward, identities.neighbour, { role: 'sensor', id: 'sensor-2' });
  await neighbour.deliver();
  const [theirs] = neighbour.step2;
  if (theirs === undefined) throw new Error('expected a record of the neighbour');
  const moved = theirs.slice();
  // The protected header stands first, and the channel in it: put ours in place of theirs.
  moved.set(channelIdOf(record), find(theirs, channelIdOf(theirs)));
  await ward.unchangedBy(async () => expect(await codeOf(moved)).toBe('authentication-failed'));
});

test('a sealer of the wrong direction writes records that its own peer refuses', async () => {
  const { secrets } = patient.sensor;
  if (secrets === undefined) throw new Error('expected a handshake before');
  const counter = new SendCounter({ start: 5000, block: 16, reserve: () => undefined });
  const reflected = await openSealer(secrets, 'responder', counter);
  const { bytes } = await reflected.seal(encodeCbor(['anything']));
  const before = await patient.state();
  expect((await patient.take(bytes)).hints).toEqual(['authentication-failed']);
  expect(await patient.state()).toEqual(before);
});

function acknowledgementIn(answer: Bytes): Bytes {
  // [ bstr, [] ]: the head of the array, the head of the byte string, the record, the empty list.
  const [, major = 0, length = 0] = answer;
  const start = major === 0x58 ? 3 : 4;
  const size = major === 0x58 ? length : length * 256 + (answer[3] ?? 0);
  return answer.slice(start, start + size);
}

function find(bytes: Bytes, part: Bytes): number {
  return Buffer.from(bytes).indexOf(Buffer.from(part));
}
