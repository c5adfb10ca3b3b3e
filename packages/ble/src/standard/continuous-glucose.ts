// CGM Measurement (0x2AA7) of the Continuous Glucose Monitoring Service 1.0.2: one or more records, each with its own
// size. Whether a record has an E2E-CRC is told by that size: it is two more than its fields.

import type { Bytes } from '@vitalseal/protocol';
import { crc16 } from './crc16.ts';
import { type MedicalFloat, readSfloat } from './medical-float.ts';
import { malformed, OctetReader } from './octets.ts';

export interface ContinuousGlucoseRecord {
  readonly flags: number;
  /** mg/dL */
  readonly concentration: MedicalFloat;
  /** Minutes since the session began. */
  readonly timeOffset: number;
  /** Status, calibration and temperature, warning: 8 bits each, of which some may be absent. */
  readonly sensorStatus?: number;
  readonly calibrationStatus?: number;
  readonly warningStatus?: number;
  /** mg/dL a minute. */
  readonly trend?: MedicalFloat;
  /** Percent. */
  readonly quality?: MedicalFloat;
  /** Covered by a CRC that was right. */
  readonly secured: boolean;
}

export interface ContinuousGlucoseMeasurement {
  readonly kind: 'continuous-glucose';
  readonly records: readonly ContinuousGlucoseRecord[];
}

/** @throws BleError `gatt-malformed`, for a CRC that is wrong too */
export function decodeContinuousGlucose(value: Bytes): ContinuousGlucoseMeasurement {
  const records: ContinuousGlucoseRecord[] = [];
  let at = 0;
  do {
    const size = value[at] ?? 0;
    if (size < 6 || at + size > value.length) throw malformed('a record of the size that it states');
    records.push(decodeRecord(value.slice(at, at + size)));
    at += size;
  } while (at < value.length);
  return { kind: 'continuous-glucose', records };
}

function decodeRecord(octets: Bytes): ContinuousGlucoseRecord {
  const reader = new OctetReader(octets);
  reader.skip(1, 'a size');
  const flags = reader.uint8('flags');
  const fields = {
    flags,
    concentration: readSfloat(reader, 'a glucose concentration'),
    timeOffset: reader.uint16('a time offset'),
    // Flags name them from the last bit, the record has them in this order.
    ...(flags & 128 && { sensorStatus: reader.uint8('a sensor status') }),
    ...(flags & 64 && { calibrationStatus: reader.uint8('a calibration status') }),
    ...(flags & 32 && { warningStatus: reader.uint8('a warning status') }),
    ...(flags & 1 && { trend: readSfloat(reader, 'a trend') }),
    ...(flags & 2 && { quality: readSfloat(reader, 'a quality') }),
  };
  if (reader.left === 0) return { ...fields, secured: false };
  const covered = octets.length - 2;
  if (reader.uint16('a CRC') !== crc16(octets.slice(0, covered))) throw malformed('a CRC that fits its record');
  reader.end('a CRC');
  return { ...fields, secured: true };
}
