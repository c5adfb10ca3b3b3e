// The phone against a card that says anything: an error with a code, and nothing else.

import { CertificateError } from '@vitalseal/certifying-authority';
import { type Bytes, concatBytes, ProtocolError } from '@vitalseal/protocol';
import { type Card, UiccError } from '@vitalseal/uicc';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { SecureElementError } from '../../errors.ts';
import { cardInService, patientIdentity, sensorIdentity } from '../../testing/index.ts';
import { refused } from '../refusal.ts';
import { exclusively } from './card-user.ts';
import { MhaClient } from './mha-client.ts';

const seed = 32;
const someBytes = Uint8Array.of(1, 2, 3);
const address = { name: 'hospital', port: 443, address: Uint8Array.of(127, 0, 0, 1) };
const measuredAt = { utcMs: Date.UTC(2026, 0, 15), offsetMinutes: 0 };
const measurements = [{ code: 1, unit: 1, value: { mantissa: 1, exponent: 0 } }];

const uses: readonly ((client: MhaClient) => Promise<unknown>)[] = [
  (client) => client.select(),
  (client) => client.verify('1234'),
  (client) => client.changePin('1234', '5678'),
  (client) => client.unblock('12345678', '5678'),
  (client) => client.generateKey(patientIdentity),
  (client) => client.certificates(),
  (client) => client.installCertificates({ chain: [someBytes], anchors: [someBytes] }),
  (client) => client.installRevocationList(someBytes),
  (client) => client.signRenewal(),
  (client) => client.revocationList(),
  (client) => client.bond({ sensors: [sensorIdentity] }),
  (client) => client.answerSensorHandshake(someBytes),
  (client) => client.takeSensorRecords([new Uint8Array(400)]),
  (client) => client.putHospitalAddress(address),
  (client) => client.takeReports(),
  (client) => client.retryRefused(),
  (client) => client.takeRequest(),
  (client) => client.giveAnswer({ number: 1 }),
  (client) => client.duty(),
  (client) => client.display(),
  (client) => client.enterReading({ measuredAt, measurements }),
];

const anyData = fc.uint8Array({ maxLength: 258 }).map((bytes) => new Uint8Array(bytes));
const anyStatus = fc.constantFrom(
  '9000',
  '9110',
  '6110',
  '6100',
  '6c05',
  '63c2',
  '63c0',
  '6982',
  '6985',
  '6a80',
  '6f00',
);
const anyAnswer = fc.oneof(
  anyData,
  fc.tuple(anyData, anyStatus).map(([data, status]) => concatBytes(data, new Uint8Array(Buffer.from(status, 'hex')))),
);

/** Answers in turn; when it has run out, it has nothing more to say. */
function cardSaying(answers: readonly Bytes[]): Pick<Card, 'transmit'> {
  const left = [...answers];
  return { transmit: async () => left.shift() ?? Uint8Array.of(0x6f, 0x00) };
}

async function expectAnswerOrCode(use: Promise<unknown>): Promise<void> {
  try {
    await use;
  } catch (error) {
    const known = [SecureElementError, ProtocolError, CertificateError, UiccError];
    if (!known.some((kind) => error instanceof kind)) throw error;
    expect((error as SecureElementError).code).toMatch(/^[a-z0-9-]+$/);
  }
}

describe('the client', () => {
  test('of a card that says anything has an answer or an error with a code', async () => {
    await fc.assert(
      fc.asyncProperty(fc.constantFrom(...uses), fc.array(anyAnswer, { maxLength: 6 }), async (use, answers) => {
        await expectAnswerOrCode(use(new MhaClient(exclusively(cardSaying(answers)))));
      }),
      { seed, numRuns: 4000 },
    );
  });

  test('of a card whose honest answers are changed on the way has an answer or an error with a code', async () => {
    const { card, client, sensor } = await cardInService();
    await sensor.shakeHands((body) => client.answerSensorHandshake(body));
    await client.takeSensorRecords([await sensor.seal(70)]);
    const reading: readonly ((of: MhaClient) => Promise<unknown>)[] = [
      (of) => of.display(),
      (of) => of.duty(),
      (of) => of.certificates(),
      (of) => of.signRenewal(),
      (of) => of.takeReports(),
      (of) => of.takeRequest(),
    ];
    await fc.assert(
      fc.asyncProperty(fc.constantFrom(...reading), fc.nat(), fc.nat(255), async (use, at, byte) => {
        const changing = {
          async transmit(apdu: Bytes) {
            const answer = (await card.transmit(apdu)).slice();
            answer[at % answer.length] = byte;
            return answer;
          },
        };
        await expectAnswerOrCode(use(new MhaClient(exclusively(changing))));
      }),
      { seed, numRuns: 1500 },
    );
  });

  test('of a card that answers without end stops listening', async () => {
    const endless = { transmit: async () => concatBytes(new Uint8Array(256), Uint8Array.of(0x61, 0x00)) };
    const client = new MhaClient(exclusively(endless));
    await expect(client.display()).rejects.toMatchObject({ code: 'card-refused' });
  });

  test('of a card that gives a code that no element has says only the status word', async () => {
    const madeUp = concatBytes(refused.encode({ kind: 'element', code: 'made-up' }), Uint8Array.of(0x90, 0x00));
    for (const why of [madeUp, Uint8Array.of(0x6a, 0x88)]) {
      const client = new MhaClient(exclusively(cardSaying([Uint8Array.of(0x69, 0x85), why])));
      await expect(client.duty()).rejects.toMatchObject({ code: 'card-refused' });
    }
  });
});
