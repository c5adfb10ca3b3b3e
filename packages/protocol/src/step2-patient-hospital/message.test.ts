import fc from 'fast-check';
import { describe } from 'vitest';
import { anyIdentity, anyLocation, anyReading, anyTimestamp } from '../wire/arbitrary.fixture.ts';
import { holdsCodec } from '../wire/codec.fixture.ts';
import { decodeStep2Message, encodeStep2Message, type Step2Message } from './message.ts';

const anyStep2Message: fc.Arbitrary<Step2Message> = fc.record(
  {
    sender: anyIdentity,
    recipient: anyIdentity,
    sentAt: anyTimestamp,
    location: anyLocation,
    reading: anyReading,
    clockDriftMs: fc.integer({ min: -253_402_300_799_999, max: 253_402_300_799_999 }),
  },
  { requiredKeys: ['sender', 'recipient', 'sentAt', 'reading'] },
);

describe('a step 2 message', () => {
  holdsCodec(anyStep2Message, { encode: encodeStep2Message, decode: decodeStep2Message }, 23);
});
