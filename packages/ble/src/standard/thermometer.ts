// Temperature Measurement (0x2A1C) and Intermediate Temperature (0x2A1E) of the Health Thermometer Service 1.0: one layout.

import type { Bytes } from '@vitalseal/protocol';
import { type DateTime, readDateTime, writeDateTime } from './date-time.ts';
import { type MedicalFloat, readFloat, writeFloat } from './medical-float.ts';
import { OctetReader, OctetWriter } from './octets.ts';

export interface TemperatureMeasurement {
  readonly kind: 'temperature' | 'intermediate-temperature';
  readonly flags: number;
  readonly temperature: MedicalFloat;
  readonly unit: 'C' | 'F';
  readonly timestamp?: DateTime;
  /** Where it was measured: an index into `temperatureSites`; others are kept for the future. */
  readonly type?: number;
}

/** Temperature Type (0x2A1D). */
export const temperatureSites: readonly string[] = [
  'reserved',
  'armpit',
  'body',
  'ear',
  'finger',
  'gastro-intestinal-tract',
  'mouth',
  'rectum',
  'toe',
  'tympanum',
];

function decode(value: Bytes, kind: TemperatureMeasurement['kind']): TemperatureMeasurement {
  const reader = new OctetReader(value);
  const flags = reader.uint8('flags');
  return {
    kind,
    flags,
    temperature: readFloat(reader, 'a temperature'),
    unit: flags & 1 ? 'F' : 'C',
    ...(flags & 2 && { timestamp: readDateTime(reader) }),
    ...(flags & 4 && { type: reader.uint8('a temperature type') }),
  };
}

/** @throws BleError `gatt-malformed` */
export function decodeTemperature(value: Bytes): TemperatureMeasurement {
  return decode(value, 'temperature');
}

/** @throws BleError `gatt-malformed` */
export function decodeIntermediateTemperature(value: Bytes): TemperatureMeasurement {
  return decode(value, 'intermediate-temperature');
}

export function encodeTemperature(of: Omit<TemperatureMeasurement, 'kind' | 'flags'>): Bytes {
  const flags = (of.unit === 'F' ? 1 : 0) | (of.timestamp ? 2 : 0) | (of.type === undefined ? 0 : 4);
  const writer = new OctetWriter().uint8(flags);
  writeFloat(writer, of.temperature);
  if (of.timestamp) writeDateTime(writer, of.timestamp);
  if (of.type !== undefined) writer.uint8(of.type);
  return writer.octets();
}
