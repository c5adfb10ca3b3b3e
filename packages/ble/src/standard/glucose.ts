// Glucose Measurement (0x2A18) of the Glucose Service 1.0.1. A meter hands out what it has stored, through the Record
// Access Control Point.

import type { Bytes } from '@vitalseal/protocol';
import { type DateTime, readDateTime, writeDateTime } from './date-time.ts';
import { type MedicalFloat, readSfloat, writeSfloat } from './medical-float.ts';
import { OctetReader, OctetWriter } from './octets.ts';
import { bitsFrom } from './status-bits.ts';

export interface GlucoseMeasurement {
  readonly kind: 'glucose';
  readonly flags: number;
  /** Names the record in the meter's memory. */
  readonly sequence: number;
  readonly baseTime: DateTime;
  /** Minutes to add to the base time; at the ends of its range it is more than the field holds. */
  readonly timeOffset?: number | 'overrun' | 'underrun';
  readonly concentration?: MedicalFloat;
  /** Of the concentration, and there with it. */
  readonly unit?: 'kg/L' | 'mol/L';
  /** An index into `glucoseSampleTypes`. */
  readonly type?: number;
  /** An index into `glucoseSampleLocations`; 15: not known. */
  readonly sampleLocation?: number;
  /** 16 bits; their words: `glucoseSensorStatus`. */
  readonly sensorStatus?: number;
  /** A Glucose Measurement Context of the same sequence number follows. */
  readonly contextFollows: boolean;
}

export const glucoseSampleTypes: readonly string[] = [
  'reserved',
  'capillary-whole-blood',
  'capillary-plasma',
  'venous-whole-blood',
  'venous-plasma',
  'arterial-whole-blood',
  'arterial-plasma',
  'undetermined-whole-blood',
  'undetermined-plasma',
  'interstitial-fluid',
  'control-solution',
];

export const glucoseSampleLocations: readonly string[] = [
  'reserved',
  'finger',
  'alternate-site',
  'earlobe',
  'control-solution',
];

export const glucoseSensorStatus = bitsFrom(0, [
  'battery-low',
  'sensor-malfunction',
  'sample-insufficient',
  'strip-insertion-error',
  'strip-type-incorrect',
  'result-too-high',
  'result-too-low',
  'temperature-too-high',
  'temperature-too-low',
  'read-interrupted',
  'device-fault',
  'time-fault',
]);

/** @throws BleError `gatt-malformed` */
export function decodeGlucose(value: Bytes): GlucoseMeasurement {
  const reader = new OctetReader(value);
  const flags = reader.uint8('flags');
  return {
    kind: 'glucose',
    flags,
    contextFollows: (flags & 16) !== 0,
    sequence: reader.uint16('a sequence number'),
    baseTime: readDateTime(reader),
    ...(flags & 1 && { timeOffset: offset(reader.int16('a time offset')) }),
    ...(flags & 2 && readSample(reader, flags)),
    ...(flags & 8 && { sensorStatus: reader.uint16('a sensor status') }),
  };
}

function offset(minutes: number): number | 'overrun' | 'underrun' {
  if (minutes === 0x7fff) return 'overrun';
  return minutes === -0x8000 ? 'underrun' : minutes;
}

type Sample = Required<Pick<GlucoseMeasurement, 'concentration' | 'unit' | 'type' | 'sampleLocation'>>;

function readSample(reader: OctetReader, flags: number): Sample {
  const concentration = readSfloat(reader, 'a glucose concentration');
  const typeAndLocation = reader.uint8('a type and sample location');
  return {
    concentration,
    unit: flags & 4 ? 'mol/L' : 'kg/L',
    type: typeAndLocation & 15,
    sampleLocation: typeAndLocation >> 4,
  };
}

export function encodeGlucose(of: Omit<GlucoseMeasurement, 'kind' | 'flags'>): Bytes {
  const flags =
    (of.timeOffset === undefined ? 0 : 1) |
    (of.concentration === undefined ? 0 : 2) |
    (of.unit === 'mol/L' ? 4 : 0) |
    (of.sensorStatus === undefined ? 0 : 8) |
    (of.contextFollows ? 16 : 0);
  const writer = new OctetWriter().uint8(flags).uint16(of.sequence);
  writeDateTime(writer, of.baseTime);
  if (of.timeOffset === 'overrun') writer.uint16(0x7fff);
  else if (of.timeOffset === 'underrun') writer.uint16(0x8000);
  else if (of.timeOffset !== undefined) writer.uint16(of.timeOffset);
  if (of.concentration !== undefined) {
    writeSfloat(writer, of.concentration);
    writer.uint8((of.type ?? 0) | ((of.sampleLocation ?? 15) << 4));
  }
  if (of.sensorStatus !== undefined) writer.uint16(of.sensorStatus);
  return writer.octets();
}
