import { encodeCbor, handshakeMediaType, randomBytes } from '@vitalseal/protocol';
import fc from 'fast-check';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { TestHospital } from '../testing/test-hospital.ts';
import type { TestPatient } from '../testing/test-patient.ts';

const seed = 20_261_123;
let hospital: TestHospital;
let patient: TestPatient;

beforeAll(async () => {
  hospital = await TestHospital.start({ handshakeAllowance: { burst: 100_000, perSecond: 1000 } });
  await hospital.admit('p1');
  await hospital.onCall({ role: 'doctor', id: 'd1' });
  patient = await hospital.patient('p1');
  await patient.agree();
});
afterAll(() => hospital.remove());

const body = fc.uint8Array({ maxLength: 300 }).map((array) => new Uint8Array(array));
/** A true message of its kind with one byte changed. */
const nearly = (message: Uint8Array) =>
  fc.tuple(fc.nat({ max: message.length - 1 }), fc.nat({ max: 255 })).map(([at, value]) => {
    const changed = new Uint8Array(message);
    changed[at] = value;
    return changed;
  });

test('no body of a handshake is a fault of ours', async () => {
  const framed = encodeCbor(randomBytes(60));
  await fc.assert(
    fc.asyncProperty(fc.oneof(body, nearly(framed)), async (bytes) => {
      const { status } = await patient.post('/edhoc', handshakeMediaType.request, bytes);
      expect([400, 403]).toContain(status);
    }),
    { seed, numRuns: 150 },
  );
});

test('no batch of records is a fault of ours, and none but a true record is stored', async () => {
  const { stored } = await hospital.store.counts();
  const record = await patient.sealReading(1);
  const batch = encodeCbor([record]);
  await fc.assert(
    fc.asyncProperty(
      fc.oneof(
        body,
        nearly(batch),
        nearly(record).map((changed) => encodeCbor([changed])),
      ),
      async (bytes) => {
        if (Buffer.from(bytes).equals(Buffer.from(batch))) return;
        const { status } = await patient.post('/records', 'application/cbor', bytes);
        expect([200, 400, 429]).toContain(status);
      },
    ),
    { seed, numRuns: 300 },
  );
  expect((await hospital.store.counts()).stored).toBe(stored);
});

test('no step-3 message is a fault of ours', async () => {
  const doctor = await hospital.clinician({ role: 'doctor', id: 'd1' });
  await doctor.agree();
  const { bytes: record } = await doctor.seal({ type: 'acknowledge', alarm: 'a' });
  await fc.assert(
    fc.asyncProperty(
      fc.oneof(body, nearly(record)),
      fc.constantFrom('/step3/message', '/step3/stream'),
      async (bytes, path) => {
        if (Buffer.from(bytes).equals(Buffer.from(record))) return;
        const response = await doctor.post(path, bytes);
        await response.body?.cancel();
        expect([400, 401, 429]).toContain(response.status);
      },
    ),
    { seed, numRuns: 200 },
  );
  expect((await doctor.ask({ type: 'acknowledge', alarm: 'a' })).code).toBe('unknown-alarm');
});
