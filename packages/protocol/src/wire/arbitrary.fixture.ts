// Any value of the parts that messages are made of.

import fc from 'fast-check';
import { octets } from './cbor/arbitrary.fixture.ts';
import { type Identity, roles } from './identity.ts';
import type { Location } from './location.ts';
import { type Measurement, specialValues } from './measurement.ts';
import type { Reading } from './reading.ts';
import { standardProfiles } from './reading-source.ts';
import type { Timestamp } from './time.ts';

export const anyUtcMs = fc.integer({ min: 0, max: 253_402_300_799_999 });

export const anyIdentity: fc.Arbitrary<Identity> = fc.record({
  role: fc.constantFrom(...roles),
  id: fc.stringMatching(/^[A-Za-z0-9._-]{1,64}$/),
});

export const anyTimestamp: fc.Arbitrary<Timestamp> = fc.record({
  utcMs: anyUtcMs,
  offsetMinutes: fc.integer({ min: -840, max: 840 }),
});

export const anyLocation: fc.Arbitrary<Location> = fc.record({
  latitude: fc.integer({ min: -90_000_000, max: 90_000_000 }).map((n) => n / 1e6),
  longitude: fc.integer({ min: -180_000_000, max: 180_000_000 }).map((n) => n / 1e6),
  accuracyMetres: fc.integer({ min: 0, max: 100_000_000 }).map((n) => n / 100),
  at: anyUtcMs,
});

const code = fc.integer({ min: 0, max: 0xffffffff });

export const anyMeasurement: fc.Arbitrary<Measurement> = fc.record({
  code,
  unit: code,
  value: fc.oneof(
    fc.record({
      mantissa: fc.integer({ min: -0x7ffffd, max: 0x7ffffd }),
      exponent: fc.integer({ min: -128, max: 127 }),
    }),
    fc.constantFrom(...specialValues),
  ),
});

export const anyMeasurements = fc.array(anyMeasurement, { minLength: 1, maxLength: 12 });
export const anySequence = fc.integer({ min: 0, max: Number.MAX_SAFE_INTEGER });

const anySealedReading: fc.Arbitrary<Reading> = fc.record(
  {
    origin: fc.record({ source: anyIdentity, channel: octets(8), sequence: anySequence }),
    measuredAt: anyTimestamp,
    measurements: anyMeasurements,
    location: anyLocation,
  },
  { requiredKeys: ['origin', 'measuredAt', 'measurements'] },
);

const anyUnsealedReading: fc.Arbitrary<Reading> = fc
  .record({
    reading: anySealedReading,
    unsealed: fc.record({ profile: fc.constantFrom(...standardProfiles), device: fc.string({ maxLength: 64 }) }),
  })
  .map(({ reading, unsealed }) => {
    const { origin } = reading;
    return { ...reading, origin: { ...origin, source: { role: 'patient', id: origin.source.id } }, unsealed };
  });

export const anyReading: fc.Arbitrary<Reading> = fc.oneof(anySealedReading, anyUnsealedReading);
