import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { anySequence, anyTimestamp } from '../wire/arbitrary.fixture.ts';
import { octets } from '../wire/cbor/arbitrary.fixture.ts';
import { holdsCodec } from '../wire/codec.fixture.ts';
import {
  type AcknowledgedRecord,
  type Acknowledgement,
  decodeAcknowledgement,
  encodeAcknowledgement,
  outcomes,
} from './acknowledgement.ts';

const anyResult: fc.Arbitrary<AcknowledgedRecord> = fc.record(
  {
    sequence: anySequence,
    recordHash: octets(16),
    outcome: fc.constantFrom(...outcomes),
    code: fc.stringMatching(/^[a-z-]{1,40}$/),
    count: fc.integer({ min: 2, max: 1024 }),
  },
  { requiredKeys: ['sequence', 'recordHash', 'outcome'] },
);

const anyAcknowledgement: fc.Arbitrary<Acknowledgement> = fc.record({
  channel: octets(8),
  at: anyTimestamp,
  results: fc.array(anyResult, { minLength: 1, maxLength: 20 }),
});

describe('an acknowledgement', () => {
  holdsCodec(anyAcknowledgement, { encode: encodeAcknowledgement, decode: decodeAcknowledgement }, 24);

  it('of the largest number of records fits its limit, and one more is refused', () => {
    const result: AcknowledgedRecord = {
      sequence: Number.MAX_SAFE_INTEGER,
      recordHash: new Uint8Array(16),
      outcome: 'refused',
      code: 'x'.repeat(64),
    };
    const of = (count: number): Acknowledgement => ({
      channel: new Uint8Array(8),
      at: { utcMs: 0, offsetMinutes: 0 },
      results: new Array(count).fill(result),
    });
    expect(decodeAcknowledgement(encodeAcknowledgement(of(1024)))).toEqual(of(1024));
    expect(() => encodeAcknowledgement(of(1025))).toThrow(expect.objectContaining({ code: 'message-malformed' }));
    expect(() => encodeAcknowledgement(of(0))).toThrow(expect.objectContaining({ code: 'message-malformed' }));
  });
});
