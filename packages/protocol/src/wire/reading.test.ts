import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { bytesToHex, hexToBytes } from '../bytes.ts';
import { ProtocolError } from '../errors.ts';
import { anyReading } from './arbitrary.fixture.ts';
import { encodeCbor } from './cbor/index.ts';
import { holdsCodec } from './codec.fixture.ts';
import { formatIdentity, type Identity, parseIdentity, roles, sameIdentity } from './identity.ts';
import { mdc, mdcUnit } from './mdc.ts';
import { decimal, decimalToNumber, type Measurement } from './measurement.ts';
import { decodeReading, encodeReading, originKey, type Reading } from './reading.ts';
import { sourceOf } from './reading-source.ts';

const reading: Reading = {
  origin: { source: { role: 'sensor', id: 's1' }, channel: new Uint8Array(8), sequence: 7 },
  measuredAt: { utcMs: 1_790_000_000_000, offsetMinutes: -300 },
  measurements: [{ code: mdc.bodyTemperature, unit: mdcUnit.degreesCelsius, value: decimal(36.5, -2) }],
};

const withValue = (value: Measurement['value']): Reading => ({
  ...reading,
  measurements: [{ code: mdc.heartRate, unit: mdcUnit.beatsPerMinute, value }],
});

describe('a reading', () => {
  holdsCodec(anyReading, { encode: encodeReading, decode: decodeReading }, 11);

  it.each<[string, Reading, string]>([
    ['without measurements', { ...reading, measurements: [] }, 'message-malformed'],
    [
      'with 65 measurements',
      { ...reading, measurements: new Array(65).fill(reading.measurements[0]) },
      'message-malformed',
    ],
    ['from before 1970', { ...reading, measuredAt: { utcMs: -1, offsetMinutes: 0 } }, 'time-out-of-range'],
    ['at no whole millisecond', { ...reading, measuredAt: { utcMs: 0.5, offsetMinutes: 0 } }, 'time-out-of-range'],
    ['15 hours from UTC', { ...reading, measuredAt: { utcMs: 0, offsetMinutes: 900 } }, 'time-out-of-range'],
    [
      'with a short channel',
      { ...reading, origin: { ...reading.origin, channel: new Uint8Array(7) } },
      'message-malformed',
    ],
    ['with a negative number', { ...reading, origin: { ...reading.origin, sequence: -1 } }, 'message-malformed'],
    [
      'of no source',
      { ...reading, origin: { ...reading.origin, source: { role: 'sensor', id: '' } } },
      'identity-malformed',
    ],
    ['with a mantissa of 25 bits', withValue({ mantissa: 0x7ffffe, exponent: 0 }), 'measurement-malformed'],
    ['with a fraction as mantissa', withValue({ mantissa: 0.5, exponent: 0 }), 'measurement-malformed'],
    ['with an exponent of 9 bits', withValue({ mantissa: 1, exponent: 128 }), 'measurement-malformed'],
    [
      'beyond the pole',
      { ...reading, location: { latitude: 90.1, longitude: 0, accuracyMetres: 1, at: 0 } },
      'location-out-of-range',
    ],
    [
      'nowhere',
      { ...reading, location: { latitude: Number.NaN, longitude: 0, accuracyMetres: 1, at: 0 } },
      'location-out-of-range',
    ],
    [
      'of a sealed sensor with the mark of an unsealed one',
      { ...reading, unsealed: { profile: 'heart-rate', device: 'strap' } },
      'message-malformed',
    ],
  ])('%s is not encoded', (_, wrong, code) => {
    expect(() => encodeReading(wrong)).toThrow(expect.objectContaining({ code }));
  });

  it('keeps the precision of its value: 36.50 is not 36.5', () => {
    const other = { ...reading, measurements: [{ code: 150364, unit: 268192, value: decimal(36.5, -1) }] };
    expect(encodeReading(other)).not.toEqual(encodeReading(reading));
    expect(decodeReading(encodeReading(reading)).measurements[0]?.value).toEqual({ mantissa: 3650, exponent: -2 });
  });

  it('keeps every special value of IEEE 11073', () => {
    for (const special of ['nan', 'nres', '+infinity', '-infinity', 'reserved'] as const) {
      expect(decodeReading(encodeReading(withValue(special))).measurements[0]?.value).toBe(special);
    }
  });

  it('says how it came, and costs a sealed sensor no byte for that', () => {
    const ofPatient: Reading = { ...reading, origin: { ...reading.origin, source: { role: 'patient', id: 'p1' } } };
    const ofStrap: Reading = { ...ofPatient, unsealed: { profile: 'heart-rate', device: 'strap' } };
    expect([reading, ofPatient, ofStrap].map((each) => sourceOf(decodeReading(encodeReading(each))))).toEqual([
      'sealed-sensor',
      'entered',
      'standard-sensor',
    ]);
    expect(encodeReading(reading)[0]).toBe(0x84);
  });

  it('of a sealed sensor is refused where it has the mark of an unsealed one', () => {
    const ofPatient: Reading = {
      ...reading,
      origin: { ...reading.origin, source: { role: 'patient', id: 's1' } },
      unsealed: { profile: 'heart-rate', device: 'strap' },
    };
    const textOf = ({ role }: Pick<Identity, 'role'>) => bytesToHex(encodeCbor(formatIdentity({ role, id: 's1' })));
    const honest = bytesToHex(encodeReading(ofPatient));
    const forged = honest.replace(textOf({ role: 'patient' }), textOf({ role: 'sensor' }));
    expect(forged).not.toBe(honest);
    expect(() => decodeReading(hexToBytes(forged))).toThrow(expect.objectContaining({ code: 'message-malformed' }));
  });

  it('has an origin key that only its origin has', () => {
    const origins = fc.uniqueArray(
      anyReading.map(({ origin }) => origin),
      {
        minLength: 2,
        maxLength: 6,
        selector: ({ source, channel, sequence }) => JSON.stringify([source, [...channel], sequence]),
      },
    );
    fc.assert(
      fc.property(origins, (all) => {
        expect(new Set(all.map(originKey)).size).toBe(all.length);
      }),
      { seed: 12 },
    );
  });
});

describe('a decimal', () => {
  it('is the number that it was made of', () => {
    expect(decimalToNumber(decimal(36.6, -1))).toBe(36.6);
    expect(decimal(120, 0)).toEqual({ mantissa: 120, exponent: 0 });
    expect(decimal(-0.4, 0)).toEqual({ mantissa: 0, exponent: 0 });
    expect(decimalToNumber({ mantissa: 1005, exponent: -3 })).toBe(1.005);
  });

  it('of a number that it cannot hold is refused', () => {
    for (const [n, exponent] of [
      [1e9, 0],
      [Number.NaN, 0],
      [Number.POSITIVE_INFINITY, 0],
      [1, 200],
      [1, 0.5],
    ] as const) {
      expect(() => decimal(n, exponent)).toThrow(ProtocolError);
    }
  });
});

describe('an identity', () => {
  it.each([
    'urn:vitalseal:sensor:',
    'urn:vitalseal:nurse:a',
    'urn:vitalseal:sensor:a b',
    'urn:vitalseal:sensor:a:b',
    'urn:vitalseal:sensor:ä',
    'urn:vitalseal:sensor:a\n',
    ' urn:vitalseal:sensor:a',
    'URN:vitalseal:sensor:a',
    `urn:vitalseal:sensor:${'a'.repeat(65)}`,
  ])('%j is refused', (text) => {
    expect(() => parseIdentity(text)).toThrow(expect.objectContaining({ code: 'identity-malformed' }));
  });

  it('of each role has one text', () => {
    for (const role of roles) {
      const identity: Identity = { role, id: 'A-1.b_2' };
      expect(formatIdentity(identity)).toBe(`urn:vitalseal:${role}:A-1.b_2`);
      expect(sameIdentity(parseIdentity(formatIdentity(identity)), identity)).toBe(true);
      expect(sameIdentity(identity, { role, id: 'A-1.b_3' })).toBe(false);
    }
  });
});
