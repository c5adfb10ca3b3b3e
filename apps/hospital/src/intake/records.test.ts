import { encodeCbor, encodeStep2Message, randomBytes } from '@vitalseal/protocol';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { type PrivatePostgresql, startPrivatePostgresql } from '../testing/private-postgresql.ts';
import { TestHospital } from '../testing/test-hospital.ts';
import type { RecordsResult, TestPatient } from '../testing/test-patient.ts';

let postgresql: PrivatePostgresql;
beforeAll(() => {
  postgresql = startPrivatePostgresql();
});
afterAll(() => postgresql.remove());

const outcomes = ({ acknowledgement }: RecordsResult) => acknowledgement?.results.map(({ outcome }) => outcome);
const codes = ({ acknowledgement }: RecordsResult) => acknowledgement?.results.map(({ code }) => code);

describe.each([
  ['SQLite', async () => undefined],
  ['PostgreSQL', () => postgresql.createDatabase()],
])('step 2 on %s', (_name, makeDatabase) => {
  let hospital: TestHospital;
  let patient: TestPatient;

  beforeEach(async () => {
    hospital = await TestHospital.start({ databaseUrl: await makeDatabase() });
    await hospital.admit('p1');
    patient = await hospital.patient('p1');
    await patient.agree();
  });
  afterEach(() => hospital.remove());

  const stored = async () => (await hospital.store.counts()).stored;

  test('records are stored and each is acknowledged under seal by its counter and hash', async () => {
    const records = [await patient.sealReading(1), await patient.sealReading(2)];
    const result = await patient.send(records);
    expect(result).toMatchObject({ status: 200, unanswered: [] });
    expect(outcomes(result)).toEqual(['stored', 'stored']);
    expect(result.acknowledgement?.channel).toEqual(patient.secrets.id);
    expect(result.acknowledgement?.results.map(({ sequence }) => sequence)).toEqual([0, 1]);
    expect(await stored()).toBe(2);
  });

  test('a record sent again is acknowledged like the first and stored once', async () => {
    const records = [await patient.sealReading(1)];
    await patient.send(records);
    const again = await patient.send(records);
    expect(outcomes(again)).toEqual(['duplicate']);
    expect(await hospital.store.counts()).toMatchObject({ stored: 1, duplicates: 1, refused: 0 });
  });

  test('what another process has just written to the audit log costs no reading its place', async () => {
    await patient.send([await patient.sealReading(1)]);
    await hospital.store.audit.record({ kind: 'history-read', actor: 'urn:vitalseal:doctor:d1' });
    const result = await patient.send([await patient.sealReading(2), await patient.sealReading(3)]);
    expect(outcomes(result)).toEqual(['stored', 'stored']);
    expect(await hospital.store.counts()).toMatchObject({ stored: 3, duplicates: 0, refused: 0 });
  });

  test('a record twice in one request is stored once, and both are acknowledged', async () => {
    const record = await patient.sealReading(1);
    const result = await patient.send([record, record, await patient.sealReading(2)]);
    expect(outcomes(result)).toEqual(['stored', 'duplicate', 'stored']);
  });

  test('a reading sealed again, on the same channel or after a new handshake, is a duplicate', async () => {
    await patient.send([await patient.sealReading(1)]);
    expect(outcomes(await patient.send([await patient.sealReading(1)]))).toEqual(['duplicate']);
    await patient.agree();
    expect(outcomes(await patient.send([await patient.sealReading(1)]))).toEqual(['duplicate']);
    expect(await stored()).toBe(1);
  });

  test('a record far behind the replay window is a duplicate if it is stored, and is asked for anew if not', async () => {
    const first = await patient.sealReading(1);
    const never = await patient.sealReading(2);
    await patient.send([first]);
    await patient.use(patient.secrets, 5_000);
    await patient.send([await patient.sealReading(3)]);
    expect(outcomes(await patient.send([first]))).toEqual(['duplicate']);
    const late = await patient.send([never]);
    expect(late).toMatchObject({ acknowledgement: undefined, unanswered: [[0, 'record-too-old']] });
    expect(await stored()).toBe(2);
  });

  test("the same sensor's origin under another patient is that patient's own reading", async () => {
    await hospital.admit('p2');
    const other = await hospital.patient('p2');
    await other.agree();
    const stolen = patient.reading(1);
    await other.send([await other.seal(other.message(stolen))]);
    expect(outcomes(await patient.send([await patient.sealReading(1)]))).toEqual(['stored']);
    expect(await stored()).toBe(2);
  });

  test('a value that the database refuses is isolated: its neighbours in the same commit are stored', async () => {
    await hospital.admit('p2');
    const neighbour = await hospital.patient('p2');
    await neighbour.agree();
    const poison = await patient.seal(patient.message(patient.reading(2 ** 40)));
    const [mixed, other] = await Promise.all([
      patient.send([await patient.sealReading(1), poison, await patient.sealReading(2)]),
      neighbour.send([await neighbour.sealReading(1), await neighbour.sealReading(2)]),
    ]);
    expect(outcomes(mixed)).toEqual(['stored', 'refused', 'stored']);
    expect(codes(mixed)).toEqual([undefined, 'unstorable', undefined]);
    expect(outcomes(other)).toEqual(['stored', 'stored']);
    expect(outcomes(await patient.send([poison]))).toEqual(['refused']);
    expect(await hospital.store.counts()).toMatchObject({ stored: 4, refused: 2 });
  });

  test('readings for another hospital, in another name or of an unknown patient are refused under seal', async () => {
    const reading = patient.reading(1);
    const elsewhere = await patient.seal(patient.message(reading, { recipient: { role: 'hospital', id: 'h2' } }));
    const masked = await patient.seal(patient.message(reading, { sender: { role: 'patient', id: 'p9' } }));
    const rubbish = (await patient.sealer.seal(encodeCbor(['no', 'message']))).bytes;
    const result = await patient.send([elsewhere, masked, rubbish]);
    expect(codes(result)).toEqual(['recipient-mismatch', 'sender-mismatch', 'message-malformed']);
    expect(await stored()).toBe(0);
    await hospital.store.patients.discharge('p1', Date.now());
    await hospital.admit('p3');
    await expect
      .poll(async () => codes(await patient.send([await patient.sealReading(2)])))
      .toEqual(['unknown-patient']);
  });

  test('what no channel opens is named by its place, changes nothing, and its neighbours are stored', async () => {
    const good = await patient.sealReading(1);
    const forged = (await patient.sealReading(2)).slice();
    forged[forged.length - 1] = (forged[forged.length - 1] ?? 0) ^ 1;
    const result = await patient.send([good, forged, Uint8Array.of(1, 2, 3)]);
    expect(outcomes(result)).toEqual(['stored']);
    expect(result.unanswered).toEqual([
      [1, 'authentication-failed'],
      [2, 'record-malformed'],
    ]);
    await expect.poll(async () => (await hospital.store.counts()).refused).toBe(2);
  });

  test('a record of a channel that the hospital does not have asks for a new handshake', async () => {
    const unknown = { ...patient.secrets, id: randomBytes(8) };
    await patient.use(unknown, 0);
    expect(await patient.send([await patient.sealReading(1)])).toEqual({
      status: 200,
      acknowledgement: undefined,
      unanswered: [[0, 'channel-unknown']],
    });
  });

  test("a record turned round in its direction does not open: the hospital's own acknowledgement is no reading", async () => {
    const answer = await patient.post('/records', 'application/cbor', encodeCbor([await patient.sealReading(1)]));
    const acknowledgement = answer.body.slice(3, answer.body.length - 1);
    const result = await patient.send([acknowledgement]);
    expect(result.acknowledgement).toBeUndefined();
    expect(await stored()).toBe(1);
  });

  test('a channel goes on after a restart: replay, duplicates and counters are where they were', async () => {
    const record = await patient.sealReading(1);
    const first = await patient.post('/records', 'application/cbor', encodeCbor([record]));
    await hospital.halt();
    await hospital.serve();
    const url = hospital.running.devicesUrl;
    const second = await patient.post('/records', 'application/cbor', encodeCbor([record]), url);
    expect(await stored()).toBe(1);
    // Two acknowledgements of one record never share a nonce: the counter in front of the ciphertext has moved on.
    expect(Buffer.from(second.body).subarray(0, 32)).not.toEqual(Buffer.from(first.body).subarray(0, 32));
  });

  test('many at once are stored exactly once each, whatever is sent twice', async () => {
    const records = [];
    for (let sequence = 0; sequence < 300; sequence++) records.push(await patient.sealReading(sequence));
    const sends = [];
    for (let at = 0; at < records.length; at += 10) {
      const part = records.slice(at, at + 10);
      sends.push(patient.send(part), patient.send([...part].reverse()));
    }
    for (const result of await Promise.all(sends)) expect(result.acknowledgement?.results).toHaveLength(10);
    expect(await hospital.store.counts()).toMatchObject({ stored: 300, duplicates: 300, refused: 0 });
  });
});

describe('what is no batch of records', () => {
  let hospital: TestHospital;
  let patient: TestPatient;
  beforeAll(async () => {
    hospital = await TestHospital.start();
    await hospital.admit('p1');
    patient = await hospital.patient('p1');
    await patient.agree();
  });
  afterAll(() => hospital.remove());

  test.each([
    ['an empty body', new Uint8Array(), 400],
    ['no array', encodeCbor('records'), 400],
    ['an empty array', encodeCbor([]), 400],
    ['an array of numbers', encodeCbor([1, 2]), 400],
    ['bytes behind the array', Uint8Array.of(0x81, 0x41, 0x00, 0x00), 400],
    ['a length in more bytes than it needs', Uint8Array.of(0x81, 0x58, 0x01, 0x00), 400],
    ['an array of indefinite length', Uint8Array.of(0x9f, 0x41, 0x00, 0xff), 400],
    ['a record that is cut', Uint8Array.of(0x81, 0x45, 0x00), 400],
    ['257 records', encodeCbor(Array.from({ length: 257 }, () => Uint8Array.of(0))), 400],
    ['more than a MiB', new Uint8Array((1 << 20) + 1), 413],
  ])('%s is refused', async (_what, body, status) => {
    expect((await patient.post('/records', 'application/cbor', body)).status).toBe(status);
  });

  test('another media type is refused', async () => {
    const body = encodeCbor([encodeStep2Message(patient.message(patient.reading(1)))]);
    expect((await patient.post('/records', 'application/json', body)).status).toBe(415);
  });
});
