// What a standard sensor says, as the hospital's rules will read it.

import { bytesToHex, decimalToNumber, hexToBytes, mdcUnit, type Timestamp } from '@vitalseal/protocol';
import { describe, expect, it } from 'vitest';
import type { GattConnection } from '../gatt/gatt-client.ts';
import { InProcessRadio } from '../testing/in-process/in-process-radio.ts';
import { decodeCharacteristic } from './characteristics.ts';
import { dateTimeOf, encodeDateTime } from './date-time.ts';
import { patientValues } from './patient-values.ts';
import { serviceUuid } from './profiles.ts';
import { SensorClock } from './sensor-clock.ts';
import { assignedUuid } from './uuid.ts';

function read(uuid: string, hex: string): unknown {
  const values = patientValues(decodeCharacteristic(uuid, hexToBytes(hex)));
  if (typeof values === 'string') return values;
  return values.measurements.map(({ unit, value }) => [
    typeof value === 'string' ? value : decimalToNumber(value),
    unit,
  ]);
}

describe('a value in units of another country', () => {
  it.each([
    ['98.6 °F', '2A1C', '01da0300ff', [[37, mdcUnit.degreesCelsius]]],
    [
      '16 kPa over 10.6',
      '2A35',
      '01a0f06af07ff0',
      [
        [120, mdcUnit.millimetresOfMercury],
        [79.5, mdcUnit.millimetresOfMercury],
        [95.3, mdcUnit.millimetresOfMercury],
      ],
    ],
    ['157 lb', '2A9D', '01543d', [[71.21, mdcUnit.kilograms]]],
    ['5.5 mmol/L', '2A18', '060000ea07010203040537c011', [[5.5, mdcUnit.millimolesPerLitre]]],
    ['100 mg/dL, exactly', '2A18', '020000ea07010203040564b0f1', [[100, mdcUnit.milligramsPerDecilitre]]],
    ['a number beyond all measure', '2A1C', '01ffff3f7e', [['nres', mdcUnit.degreesCelsius]]],
  ])('%s is what the rules expect', (_, uuid, hex, expected) => {
    expect(read(uuid, hex)).toEqual(expected);
  });
});

describe('a sensor that says that it has not measured', () => {
  it.each([
    ['an oximeter that was disconnected', '2A5F', '0862004800008000', ['nan', 'nan']],
    ['an oximeter with an invalid measurement', '2A5F', '04620048000080', ['nan', 'nan']],
    ['a scale without success', '2A9D', '00ffff', ['nan']],
    ['a cuff that gave up', '2A35', '00ff07ff07ff07', ['nan', 'nan', 'nan']],
    ['glucose above the range', '2A18', '0a0000ea07010203040564b0112000', ['+infinity']],
    ['a strip pulled too soon', '2A18', '0a0000ea07010203040564b0110002', ['nan']],
  ])('%s gives no number, and nothing that passes for normal', (_, uuid, hex, expected) => {
    const values = read(uuid, hex);
    expect(Array.isArray(values) && values.map(([value]) => value)).toEqual(expected);
  });

  it.each([
    ['demonstration data of an oximeter', '2A5F', '04620048000004', 'not-of-a-patient'],
    ['control solution', '2A18', '020000ea07010203040564b04a', 'not-of-a-patient'],
    ['a cuff that is still inflating', '2A36', '00780000000000', 'unfinished'],
  ])('%s is set aside', (_, uuid, hex, expected) => {
    expect(read(uuid, hex)).toBe(expected);
  });
});

describe("a sensor's clock", () => {
  const now: Timestamp = { utcMs: Date.UTC(2026, 5, 7, 8, 9, 10), offsetMinutes: 120 };
  const dateTime = assignedUuid(0x2a08);

  async function withClock(shown: Uint8Array<ArrayBuffer>): Promise<{ connection: GattConnection; set: string[] }> {
    const set: string[] = [];
    const radio = new InProcessRadio();
    const clock = {
      uuid: dateTime,
      properties: ['read', 'write'] as const,
      read: () => shown,
      write: (_: unknown, value: Uint8Array<ArrayBuffer>) => void set.push(bytesToHex(value)),
    };
    const services = [{ uuid: serviceUuid.thermometer, characteristics: [clock] }];
    await radio.advertise({ name: 'thermometer', services, advertised: [] });
    return { connection: await radio.connect(23), set };
  }

  it('that is wrong corrects its stamps, and is left as it is', async () => {
    const yearBehind = now.utcMs - 365 * 86_400_000;
    const { connection, set } = await withClock(encodeDateTime(dateTimeOf(yearBehind, now.offsetMinutes)));
    const clock = await SensorClock.read(connection, () => now);
    const stamp = dateTimeOf(yearBehind - 60_000, now.offsetMinutes);
    expect(clock.instantOf(stamp, 0, now)).toBe(now.utcMs - 60_000);
    expect(set).toEqual([]);
  });

  it('that was never set is set, and its stamps say nothing', async () => {
    const { connection, set } = await withClock(new Uint8Array(7));
    const clock = await SensorClock.read(connection, () => now);
    expect(set).toEqual(['ea0706070a090a']);
    expect(clock.instantOf({ year: 0, month: 0, day: 0, hour: 1, minute: 2, second: 3 }, 0, now)).toBeUndefined();
  });
});
