import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { anyIdentity, anyLocation, anyMeasurements, anyTimestamp } from '../wire/arbitrary.fixture.ts';
import { holdsCodec } from '../wire/codec.fixture.ts';
import { decodeReading, encodeReading } from '../wire/reading.ts';
import { decodeStep1Message, encodeStep1Message, readingOf, type Step1Message } from './message.ts';

const anyStep1Message: fc.Arbitrary<Step1Message> = fc.record(
  {
    sender: anyIdentity,
    recipient: anyIdentity,
    sentAt: anyTimestamp,
    location: anyLocation,
    measuredAt: anyTimestamp,
    measurements: anyMeasurements,
  },
  { requiredKeys: ['sender', 'recipient', 'sentAt', 'measuredAt', 'measurements'] },
);

describe('a step 1 message', () => {
  holdsCodec(anyStep1Message, { encode: encodeStep1Message, decode: decodeStep1Message }, 21);

  it('gives a reading named by sensor, channel and counter', () => {
    const channel = Uint8Array.of(1, 2, 3, 4, 5, 6, 7, 8);
    fc.assert(
      fc.property(anyStep1Message, (message) => {
        const reading = readingOf(message, channel, 9);
        expect(reading.origin).toEqual({ source: message.sender, channel, sequence: 9 });
        expect(decodeReading(encodeReading(reading))).toEqual(reading);
      }),
      { seed: 22 },
    );
  });
});
