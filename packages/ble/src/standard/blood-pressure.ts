// Blood Pressure Measurement (0x2A35) and Intermediate Cuff Pressure (0x2A36) of the Blood Pressure Service 1.1.1. Both
// have one layout; of the intermediate one only the first of three pressures means something.

import type { Bytes } from '@vitalseal/protocol';
import { type DateTime, readDateTime, writeDateTime } from './date-time.ts';
import { type MedicalFloat, readSfloat, writeSfloat } from './medical-float.ts';
import { OctetReader, OctetWriter } from './octets.ts';
import type { StatusBits } from './status-bits.ts';

interface CuffValue {
  readonly flags: number;
  /** Of all pressures of this value. */
  readonly unit: 'mmHg' | 'kPa';
  readonly timestamp?: DateTime;
  /** Beats a minute. */
  readonly pulse?: MedicalFloat;
  /** 255: nobody knows whose. */
  readonly userId?: number;
  /** 16 bits; their words: `bloodPressureStatus`. */
  readonly status?: number;
}

export interface BloodPressureMeasurement extends CuffValue {
  readonly kind: 'blood-pressure';
  readonly systolic: MedicalFloat;
  readonly diastolic: MedicalFloat;
  /** Mean arterial pressure. */
  readonly map: MedicalFloat;
}

export interface IntermediateCuffPressure extends CuffValue {
  readonly kind: 'cuff-pressure';
  readonly cuffPressure: MedicalFloat;
}

export const bloodPressureStatus: StatusBits<
  | 'body-movement'
  | 'cuff-too-loose'
  | 'irregular-pulse'
  | 'pulse-above-range'
  | 'pulse-below-range'
  | 'improper-position'
> = [
  [1, 1, 'body-movement'],
  [2, 2, 'cuff-too-loose'],
  [4, 4, 'irregular-pulse'],
  [24, 8, 'pulse-above-range'],
  [24, 16, 'pulse-below-range'],
  [32, 32, 'improper-position'],
];

function readCuff(reader: OctetReader, flags: number): CuffValue {
  return {
    flags,
    unit: flags & 1 ? 'kPa' : 'mmHg',
    ...(flags & 2 && { timestamp: readDateTime(reader) }),
    ...(flags & 4 && { pulse: readSfloat(reader, 'a pulse rate') }),
    ...(flags & 8 && { userId: reader.uint8('a user') }),
    ...(flags & 16 && { status: reader.uint16('a measurement status') }),
  };
}

/** @throws BleError `gatt-malformed` */
export function decodeBloodPressure(value: Bytes): BloodPressureMeasurement {
  const reader = new OctetReader(value);
  const flags = reader.uint8('flags');
  const pressures = {
    systolic: readSfloat(reader, 'a systolic pressure'),
    diastolic: readSfloat(reader, 'a diastolic pressure'),
    map: readSfloat(reader, 'a mean arterial pressure'),
  };
  return { kind: 'blood-pressure', ...pressures, ...readCuff(reader, flags) };
}

/** @throws BleError `gatt-malformed` */
export function decodeCuffPressure(value: Bytes): IntermediateCuffPressure {
  const reader = new OctetReader(value);
  const flags = reader.uint8('flags');
  const cuffPressure = readSfloat(reader, 'a cuff pressure');
  reader.skip(4, 'two unused pressures');
  return { kind: 'cuff-pressure', cuffPressure, ...readCuff(reader, flags) };
}

export function encodeBloodPressure(of: Omit<BloodPressureMeasurement, 'kind' | 'flags'>): Bytes {
  const flags =
    (of.unit === 'kPa' ? 1 : 0) |
    (of.timestamp ? 2 : 0) |
    (of.pulse === undefined ? 0 : 4) |
    (of.userId === undefined ? 0 : 8) |
    (of.status === undefined ? 0 : 16);
  const writer = new OctetWriter().uint8(flags);
  for (const pressure of [of.systolic, of.diastolic, of.map]) writeSfloat(writer, pressure);
  if (of.timestamp) writeDateTime(writer, of.timestamp);
  if (of.pulse !== undefined) writeSfloat(writer, of.pulse);
  if (of.userId !== undefined) writer.uint8(of.userId);
  if (of.status !== undefined) writer.uint16(of.status);
  return writer.octets();
}
