// Every value of a characteristic is hostile until it is decoded: whatever comes is a value or a coded refusal.

import type { Bytes } from '@vitalseal/protocol';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { BleError } from '../errors.ts';
import { decodeBattery, encodeBattery } from './battery.ts';
import { decodeBloodPressure, encodeBloodPressure } from './blood-pressure.ts';
import { standardDecoders } from './characteristics.ts';
import type { DateTime } from './date-time.ts';
import { dateTimeOf, decodeDateTime, encodeDateTime, instantOf } from './date-time.ts';
import { decodeGlucose, encodeGlucose } from './glucose.ts';
import { decodeHeartRate, encodeHeartRate } from './heart-rate.ts';
import type { MedicalFloat } from './medical-float.ts';
import { decodeContinuous, decodeSpotCheck, encodeContinuous, encodeSpotCheck } from './pulse-oximeter.ts';
import { decodeRecordAccess, encodeRecordAccess, type RecordAccess } from './record-access.ts';
import { decodeTemperature, encodeTemperature } from './thermometer.ts';
import { decodeWeight, encodeWeight } from './weight-scale.ts';

const specials = ['nan', 'nres', '+infinity', '-infinity', 'reserved'] as const;

function numbers(mantissa: number, exponent: number): fc.Arbitrary<MedicalFloat> {
  return fc.oneof(
    fc.record({
      mantissa: fc.integer({ min: -mantissa, max: mantissa }),
      exponent: fc.integer({ min: -exponent, max: exponent - 1 }),
    }),
    fc.constantFrom(...specials),
  );
}

const sfloat = numbers(2045, 8);
const float = numbers(0x7ffffd, 128);
const u16 = fc.nat(0xffff);
const u8 = fc.nat(0xff);
const startOf2026: DateTime = { year: 2026, month: 1, day: 1, hour: 0, minute: 0, second: 0 };
const dateTime: fc.Arbitrary<DateTime> = fc.record({
  year: fc.oneof(fc.constant(0), fc.integer({ min: 1582, max: 9999 })),
  month: fc.nat(12),
  day: fc.nat(31),
  hour: fc.nat(23),
  minute: fc.nat(59),
  second: fc.nat(59),
});

function comesBack<T extends object>(
  what: string,
  any: fc.Arbitrary<T>,
  encode: (value: T) => Bytes,
  decode: (octets: Bytes) => object,
): void {
  it(`${what}: what a sensor encodes is what is decoded, and cut anywhere it is refused`, () => {
    fc.assert(
      fc.property(any, (value) => {
        const octets = encode(value);
        expect(decode(octets)).toMatchObject(value);
        for (let length = 0; length < octets.length; length++) {
          // An RR interval less is a value of its own; everything else is cut in the middle of a field.
          if (octets.length - length > 1 && 'rr1024' in value) continue;
          expect(() => decode(octets.slice(0, length))).toThrow(BleError);
        }
      }),
      { seed: 71, numRuns: 300 },
    );
  });
}

describe('the decoders of the standard characteristics', () => {
  comesBack(
    'heart rate',
    fc.record(
      {
        heartRate: u16,
        sensorContact: fc.constantFrom('not-supported' as const, 'not-detected' as const, 'detected' as const),
        energyKj: u16,
        rr1024: fc.array(u16, { minLength: 1, maxLength: 9 }),
      },
      { requiredKeys: ['heartRate', 'sensorContact'] },
    ),
    encodeHeartRate,
    decodeHeartRate,
  );
  comesBack(
    'blood pressure',
    fc.record(
      {
        systolic: sfloat,
        diastolic: sfloat,
        map: sfloat,
        unit: fc.constantFrom('mmHg' as const, 'kPa' as const),
        timestamp: dateTime,
        pulse: sfloat,
        userId: u8,
        status: u16,
      },
      { requiredKeys: ['systolic', 'diastolic', 'map', 'unit'] },
    ),
    encodeBloodPressure,
    decodeBloodPressure,
  );
  comesBack(
    'temperature',
    fc.record(
      { temperature: float, unit: fc.constantFrom('C' as const, 'F' as const), timestamp: dateTime, type: u8 },
      { requiredKeys: ['temperature', 'unit'] },
    ),
    encodeTemperature,
    decodeTemperature,
  );
  const status = { measurementStatus: u16, deviceSensorStatus: fc.nat(0xffffff), pulseAmplitudeIndex: sfloat };
  comesBack(
    'a spot check',
    fc.record(
      { spo2: sfloat, pulseRate: sfloat, clockNotSet: fc.boolean(), timestamp: dateTime, ...status },
      { requiredKeys: ['spo2', 'pulseRate', 'clockNotSet'] },
    ),
    encodeSpotCheck,
    decodeSpotCheck,
  );
  comesBack(
    'continuous oximetry',
    fc.record({ spo2: sfloat, pulseRate: sfloat, ...status }, { requiredKeys: ['spo2', 'pulseRate'] }),
    encodeContinuous,
    decodeContinuous,
  );
  const sample = fc.record({
    concentration: sfloat,
    unit: fc.constantFrom('kg/L' as const, 'mol/L' as const),
    type: fc.nat(15),
    sampleLocation: fc.nat(15),
  });
  const record = fc.record(
    {
      sequence: u16,
      baseTime: dateTime,
      contextFollows: fc.boolean(),
      sensorStatus: u16,
      timeOffset: fc.oneof(
        fc.integer({ min: -32767, max: 32766 }),
        fc.constantFrom('overrun' as const, 'underrun' as const),
      ),
    },
    { requiredKeys: ['sequence', 'baseTime', 'contextFollows'] },
  );
  comesBack(
    'glucose',
    fc.tuple(record, fc.option(sample)).map(([of, taken]) => ({ ...of, ...taken })),
    encodeGlucose,
    decodeGlucose,
  );
  comesBack('a date', dateTime, encodeDateTime, decodeDateTime);
  comesBack(
    'a battery level',
    fc.record({ battery: fc.nat(100) }),
    ({ battery }) => encodeBattery(battery),
    decodeBattery,
  );
  comesBack(
    'a weight',
    fc.record({ timestamp: dateTime, userId: u8 }, { requiredKeys: [] }),
    ({ timestamp, userId }) => encodeWeight(14_000, timestamp, userId),
    decodeWeight,
  );
  comesBack(
    'record access',
    fc.constantFrom<RecordAccess>(
      { kind: 'record-access', operation: 'report', filter: { records: 'all' } },
      { kind: 'record-access', operation: 'report', filter: { sequence: { from: 258 } } },
      { kind: 'record-access', operation: 'count', filter: { sequence: { upTo: 258 } } },
      { kind: 'record-access', operation: 'delete', filter: { sequence: { from: 1, upTo: 258 } } },
      { kind: 'record-access', operation: 'report', filter: { time: { from: startOf2026, upTo: startOf2026 } } },
      { kind: 'record-access', operation: 'count', filter: { records: 'last' } },
      { kind: 'record-access', operation: 'abort' },
      { kind: 'record-access', operation: 'response', to: 1, result: 6 },
    ),
    encodeRecordAccess,
    decodeRecordAccess,
  );

  it('give a value or a coded refusal for any octets, and the same with octets of a later edition behind them', () => {
    fc.assert(
      fc.property(
        fc.constantFrom(...standardDecoders.entries()),
        fc.uint8Array({ maxLength: 40 }),
        ([, decode], any) => {
          const octets = new Uint8Array(any);
          let value: object;
          try {
            value = decode(octets);
          } catch (error) {
            expect(error).toBeInstanceOf(BleError);
            return;
          }
          expect('flags' in value ? value.flags : octets[0]).toBe(octets[0]);
        },
      ),
      { seed: 72, numRuns: 20_000 },
    );
  });

  it('pass over octets that a later edition puts behind a value with flags', () => {
    const now = encodeBloodPressure({
      systolic: { mantissa: 120, exponent: 0 },
      diastolic: { mantissa: 80, exponent: 0 },
      map: { mantissa: 93, exponent: 0 },
      unit: 'mmHg',
    });
    const later = new Uint8Array([...now, 1, 2, 3]);
    expect(decodeBloodPressure(later)).toEqual(decodeBloodPressure(now));
  });
});

describe('the clock of a sensor', () => {
  it('shows an instant that is found again, wherever the sensor is', () => {
    const offsets = fc.integer({ min: -14 * 60, max: 14 * 60 });
    fc.assert(
      fc.property(fc.integer({ min: 0, max: 4_000_000_000 }), offsets, (seconds, offset) => {
        expect(instantOf(dateTimeOf(seconds * 1000, offset), offset)).toBe(seconds * 1000);
      }),
      { seed: 73 },
    );
  });

  it.each([
    ['an unknown year', { year: 0, month: 4, day: 17 }],
    ['an unknown day', { year: 2026, month: 4, day: 0 }],
    ['31 February', { year: 2026, month: 2, day: 31 }],
    ['a year before calendars', { year: 4, month: 5, day: 6 }],
  ])('says no instant for %s', (_, date) => {
    expect(instantOf({ ...date, hour: 1, minute: 2, second: 3 }, 0)).toBeUndefined();
  });
});
