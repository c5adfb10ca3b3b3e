import { decodeCbor, encodeCbor } from '@vitalseal/protocol';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { HospitalError } from '../errors.ts';
import { encodeRecordsAnswer, mostRecords, parseRecordBatch } from './record-batch.ts';

const seed = 20_261_122;
const bytes = (options: { minLength?: number; maxLength: number }) =>
  fc.uint8Array(options).map((array) => new Uint8Array(array));
const records = fc.array(bytes({ maxLength: 70_000 }), { minLength: 1, maxLength: 12 });

test('what deterministic CBOR makes of an array of byte strings is read back', () => {
  fc.assert(
    fc.property(records, (batch) => {
      expect(parseRecordBatch(encodeCbor(batch))).toEqual(batch);
    }),
    { seed, numRuns: 100 },
  );
  const most = Array.from({ length: mostRecords }, () => Uint8Array.of(1, 2, 3));
  expect(parseRecordBatch(encodeCbor(most))).toHaveLength(mostRecords);
});

test('any body is read as the strict decoder reads it, or refused with a code', () => {
  const mutated = fc
    .tuple(records.map(encodeCbor), fc.nat(), fc.nat({ max: 255 }), fc.integer({ min: -3, max: 3 }))
    .map(([body, at, value, cut]) => {
      const changed = cut < 0 ? body.slice(0, cut) : new Uint8Array([...body, ...new Uint8Array(cut)]);
      const index = at % Math.max(1, Math.min(changed.length, 12));
      if (index < changed.length) changed[index] = value;
      return changed;
    });
  fc.assert(
    fc.property(fc.oneof(bytes({ maxLength: 40 }), mutated), (body) => {
      let read: Uint8Array[];
      try {
        read = parseRecordBatch(body);
      } catch (error) {
        expect(error).toBeInstanceOf(HospitalError);
        expect(error).toMatchObject({ code: 'malformed-request' });
        return;
      }
      expect(decodeCbor(body, { maxBytes: 1 << 20 })).toEqual(read);
    }),
    { seed, numRuns: 3_000 },
  );
});

test('the answer is an array of the sealed acknowledgement and of what is not in it', () => {
  const answer = encodeRecordsAnswer({ acknowledgement: Uint8Array.of(7), unanswered: [[2, 'record-malformed']] });
  expect(decodeCbor(answer)).toEqual([Uint8Array.of(7), [[2, 'record-malformed']]]);
  expect(decodeCbor(encodeRecordsAnswer({ acknowledgement: null, unanswered: [] }))).toEqual([null, []]);
});
