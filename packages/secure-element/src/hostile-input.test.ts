// Whatever bytes reach the element: a refusal with a code, nothing kept, and the honest exchange still works after it.

import { type Bytes, bytesToHex, encodeCbor, encodeStep1Message } from '@vitalseal/protocol';
import fc from 'fast-check';
import { beforeAll, describe, expect, test } from 'vitest';
import type { ElementStorage } from './storage/element-storage.ts';
import {
  elementInService,
  InitiatingSensor,
  type InService,
  patientIdentity,
  sensorIdentity,
  shakeHandsWithHospital,
  shakeHandsWithSensor,
} from './testing/index.ts';

const seed = 20260116;
const anyBytes = fc.uint8Array({ maxLength: 300 }).map((bytes) => new Uint8Array(bytes));

let service: InService;
beforeAll(async () => {
  service = await elementInService();
  await shakeHandsWithSensor(service);
  await shakeHandsWithHospital(service, service.element);
  await service.element.takeSensorRecords([await service.sensor.seal(70)], timestamp());
});

const timestamp = () => ({ utcMs: service.clock.at, offsetMinutes: 0 });
const at = () => service.clock.at;
const batchRequest = () => ({ sentAt: timestamp(), at: at() });

/** Everything that is stored, but how far our own acknowledgements' counter is reserved. */
async function stored(storage: ElementStorage): Promise<Map<string, string>> {
  const values = new Map<string, string>();
  for (const name of await storage.list('')) {
    if (!name.startsWith('sensor-sent/')) values.set(name, bytesToHex((await storage.read(name)) ?? new Uint8Array(0)));
  }
  return values;
}

/** @returns the code of the refusal, or undefined if there was none */
async function codeOf(work: Promise<unknown>): Promise<string | undefined> {
  try {
    await work;
    return undefined;
  } catch (error) {
    const { code } = error as { code?: unknown };
    expect(typeof code).toBe('string');
    return String(code);
  }
}

/** Flips, cuts, lengthens or repeats part of honest bytes. */
const mutation = fc.record({
  position: fc.nat(4096),
  bit: fc.integer({ min: 0, max: 7 }),
  kind: fc.constantFrom('flip', 'cut', 'append', 'double'),
});
function mutate(honest: Bytes, { position, bit, kind }: { position: number; bit: number; kind: string }): Bytes {
  const place = honest.length === 0 ? 0 : position % honest.length;
  if (kind === 'cut') return honest.slice(0, place);
  if (kind === 'append') return new Uint8Array([...honest, position & 0xff]);
  if (kind === 'double') return new Uint8Array([...honest, ...honest.slice(place)]);
  const mutated = honest.slice();
  mutated[place] = (mutated[place] ?? 0) ^ (1 << bit);
  return mutated;
}

describe('any bytes', () => {
  test('as a record of the sensor are not kept and not acknowledged as stored', async () => {
    const honest = await service.sensor.seal(71);
    const before = await stored(service.storage);
    await fc.assert(
      fc.asyncProperty(
        fc.oneof(
          anyBytes,
          mutation.map((m) => mutate(honest, m)),
        ),
        async (bytes) => {
          const answer = await service.sensor.open(await service.element.takeSensorRecords([bytes], timestamp()));
          const results = answer.acknowledgements.flatMap((acknowledgement) => acknowledgement.results);
          expect(results.filter(({ outcome }) => outcome !== 'refused')).toEqual([]);
          expect(answer.hints).toHaveLength(1);
        },
      ),
      { seed, numRuns: 300 },
    );
    expect(await stored(service.storage)).toEqual(before);
    const answer = await service.sensor.open(await service.element.takeSensorRecords([honest], timestamp()));
    expect(answer.acknowledgements[0]?.results).toMatchObject([{ outcome: 'stored' }]);
  });

  test('inside an honest seal are refused with a code and not kept', async () => {
    const before = await stored(service.storage);
    await fc.assert(
      fc.asyncProperty(anyBytes, async (payload) => {
        const record = await service.sensor.sealRaw(payload);
        const { acknowledgements } = await service.sensor.open(
          await service.element.takeSensorRecords([record], timestamp()),
        );
        expect(acknowledgements[0]?.results).toMatchObject([{ outcome: 'refused', code: expect.any(String) }]);
      }),
      { seed, numRuns: 200 },
    );
    expect(await stored(service.storage)).toEqual(before);
  });

  test('as a handshake of a sensor end in a code and no channel', async () => {
    const before = await stored(service.storage);
    await fc.assert(
      fc.asyncProperty(anyBytes, async (bytes) => {
        expect(await codeOf(service.element.answerSensorHandshake(bytes, at()))).toBeDefined();
      }),
      { seed, numRuns: 200 },
    );
    const { world, element } = service;
    const party = await world.party(sensorIdentity);
    const options = { party, root: world.root, patient: patientIdentity, now: at };
    await fc.assert(
      fc.asyncProperty(mutation, async (m) => {
        const sensor = new InitiatingSensor(options);
        // message_1 is authenticated by what follows, so it is message_3 that is spoiled here.
        const spoiled = sensor.shakeHands((body) =>
          element.answerSensorHandshake(body[0] === 0xf5 ? body : mutate(body, m), at()),
        );
        expect(await codeOf(spoiled)).toBeDefined();
      }),
      { seed, numRuns: 60 },
    );
    expect(await stored(service.storage)).toEqual(before);
  });

  test('as the answer of the hospital change nothing, and the batch is sent again as it was', async () => {
    const { element, hospital } = service;
    const batch = await element.sealBatch(batchRequest());
    if (!batch) throw new Error('expected a batch');
    const honest = await hospital.records(batch.body);
    const before = await stored(service.storage);
    await fc.assert(
      fc.asyncProperty(
        fc.oneof(
          anyBytes,
          mutation.map((m) => mutate(honest, m)),
        ),
        async (bytes) => {
          expect(await codeOf(element.takeHospitalAnswer(bytes, at()))).toBeDefined();
        },
      ),
      { seed, numRuns: 300 },
    );
    expect(await stored(service.storage)).toEqual(before);
    expect((await element.sealBatch(batchRequest()))?.body).toEqual(batch.body);
    const { confirmed } = await element.takeHospitalAnswer(honest, at());
    expect(confirmed).toHaveLength(batch.records);
  });

  test('as messages 2 and 4 of the hospital end the handshake and leave the channel as it is', async () => {
    const { element, hospital } = service;
    const before = await stored(service.storage);
    await fc.assert(
      fc.asyncProperty(fc.oneof(anyBytes, mutation), fc.boolean(), async (spoil, late) => {
        const spoiled = (honest: Bytes) => (spoil instanceof Uint8Array ? spoil : mutate(honest, spoil));
        const message2 = await hospital.edhoc(await element.startHospitalHandshake(at()));
        if (!late) {
          expect(await codeOf(element.continueHospitalHandshake(spoiled(message2)))).toBeDefined();
          return;
        }
        const message4 = await hospital.edhoc(await element.continueHospitalHandshake(message2));
        expect(await codeOf(element.finishHospitalHandshake(spoiled(message4), at()))).toBeDefined();
        expect(await codeOf(element.finishHospitalHandshake(message4, at()))).toBe('handshake-out-of-order');
      }),
      { seed, numRuns: 40 },
    );
    expect(await stored(service.storage)).toEqual(before);
    await shakeHandsWithHospital(service, element);
  });
});

describe('honest seals with a wrong content', () => {
  const measuredAt = () => timestamp();

  test('a message that names another patient or another sensor is refused', async () => {
    const { element, sensor } = service;
    const other = await sensor.seal(70, { recipient: { role: 'patient', id: 'somebody-else' } });
    const stranger = await sensor.seal(70, { sender: { role: 'sensor', id: 'somebody-else' } });
    const answer = await sensor.open(await element.takeSensorRecords([other, stranger], measuredAt()));
    expect(answer.acknowledgements[0]?.results.map(({ code }) => code)).toEqual([
      'recipient-mismatch',
      'sender-mismatch',
    ]);
  });

  test('a record sealed by the hospital or by the element itself does not open as the sensor\u2019s', async () => {
    const { element, sensor } = service;
    await element.takeSensorRecords([await sensor.seal(70)], timestamp());
    const batch = await element.sealBatch(batchRequest());
    const answer = await sensor.open(await element.takeSensorRecords([batch?.body ?? new Uint8Array(0)], timestamp()));
    expect(answer.hints.map(({ code }) => code)).toEqual(['record-malformed']);
  });

  test('more records than a command takes are refused whole', async () => {
    const record = await service.sensor.seal(70);
    const many = Array.from({ length: 257 }, () => record);
    expect(await codeOf(service.element.takeSensorRecords(many, timestamp()))).toBe('command-too-large');
  });

  test('a step-1 message as long as one may be is kept and delivered', async () => {
    const { element, sensor, hospital } = service;
    const one = { code: 150364, unit: 268192, value: { mantissa: 374, exponent: -1 } };
    const message = {
      sender: sensorIdentity,
      recipient: patientIdentity,
      sentAt: timestamp(),
      measuredAt: timestamp(),
      measurements: Array.from({ length: 64 }, () => one),
    };
    const record = await sensor.sealRaw(encodeStep1Message(message));
    const answer = await sensor.open(await element.takeSensorRecords([record], timestamp()));
    expect(answer.acknowledgements[0]?.results).toMatchObject([{ outcome: 'stored' }]);
    const size = hospital.stored.size;
    const batch = await element.sealBatch(batchRequest());
    await element.takeHospitalAnswer(await hospital.records(batch?.body ?? encodeCbor([])), at());
    expect(hospital.stored.size).toBeGreaterThan(size);
  });
});
