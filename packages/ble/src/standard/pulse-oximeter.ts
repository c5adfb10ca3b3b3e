// PLX Spot-Check (0x2A5E) and Continuous Measurement (0x2A5F) of the Pulse Oximeter Service 1.0.

import type { Bytes } from '@vitalseal/protocol';
import { type DateTime, readDateTime, writeDateTime } from './date-time.ts';
import { type MedicalFloat, readSfloat, writeSfloat } from './medical-float.ts';
import { OctetReader, OctetWriter } from './octets.ts';
import { bitsFrom } from './status-bits.ts';

interface PulseOximetry {
  readonly flags: number;
  /** Percent. */
  readonly spo2: MedicalFloat;
  /** Beats a minute. */
  readonly pulseRate: MedicalFloat;
  /** 16 bits; their words: `oximeterMeasurementStatus`. */
  readonly measurementStatus?: number;
  /** 24 bits; their words: `oximeterSensorStatus`. */
  readonly deviceSensorStatus?: number;
  /** Percent. */
  readonly pulseAmplitudeIndex?: MedicalFloat;
}

export interface PulseOximeterSpotCheck extends PulseOximetry {
  readonly kind: 'pulse-oximeter-spot-check';
  readonly timestamp?: DateTime;
  /** The sensor's clock was never set: its time stamp says nothing. */
  readonly clockNotSet: boolean;
}

export interface PulseOximeterContinuous extends PulseOximetry {
  readonly kind: 'pulse-oximeter-continuous';
  readonly spo2Fast?: MedicalFloat;
  readonly pulseRateFast?: MedicalFloat;
  readonly spo2Slow?: MedicalFloat;
  readonly pulseRateSlow?: MedicalFloat;
}

export const oximeterMeasurementStatus = bitsFrom(5, [
  'ongoing',
  'early-estimate',
  'validated',
  'fully-qualified',
  'from-storage',
  'demonstration',
  'testing',
  'calibrating',
  'unavailable',
  'questionable',
  'invalid',
]);

export const oximeterSensorStatus = bitsFrom(0, [
  'extended-display',
  'equipment-malfunction',
  'signal-processing-irregular',
  'inadequate-signal',
  'poor-signal',
  'low-perfusion',
  'erratic-signal',
  'nonpulsatile-signal',
  'questionable-pulse',
  'signal-analysis',
  'sensor-interference',
  'sensor-unconnected',
  'unknown-sensor',
  'sensor-displaced',
  'sensor-malfunctioning',
  'sensor-disconnected',
]);

interface Status {
  readonly measurementStatus?: number;
  readonly deviceSensorStatus?: number;
  readonly pulseAmplitudeIndex?: MedicalFloat;
}

// The three last fields, in the flags from `first` on.
function readStatus(reader: OctetReader, flags: number, first: number): Status {
  return {
    ...(flags & first && { measurementStatus: reader.uint16('a measurement status') }),
    ...(flags & (first * 2) && { deviceSensorStatus: reader.uint24('a device and sensor status') }),
    ...(flags & (first * 4) && { pulseAmplitudeIndex: readSfloat(reader, 'a pulse amplitude index') }),
  };
}

/** @throws BleError `gatt-malformed` */
export function decodeSpotCheck(value: Bytes): PulseOximeterSpotCheck {
  const reader = new OctetReader(value);
  const flags = reader.uint8('flags');
  return {
    kind: 'pulse-oximeter-spot-check',
    flags,
    clockNotSet: (flags & 16) !== 0,
    spo2: readSfloat(reader, 'a saturation'),
    pulseRate: readSfloat(reader, 'a pulse rate'),
    ...(flags & 1 && { timestamp: readDateTime(reader) }),
    ...readStatus(reader, flags, 2),
  };
}

/** @throws BleError `gatt-malformed` */
export function decodeContinuous(value: Bytes): PulseOximeterContinuous {
  const reader = new OctetReader(value);
  const flags = reader.uint8('flags');
  return {
    kind: 'pulse-oximeter-continuous',
    flags,
    spo2: readSfloat(reader, 'a saturation'),
    pulseRate: readSfloat(reader, 'a pulse rate'),
    ...(flags & 1 && {
      spo2Fast: readSfloat(reader, 'a fast saturation'),
      pulseRateFast: readSfloat(reader, 'a fast pulse rate'),
    }),
    ...(flags & 2 && {
      spo2Slow: readSfloat(reader, 'a slow saturation'),
      pulseRateSlow: readSfloat(reader, 'a slow pulse rate'),
    }),
    ...readStatus(reader, flags, 4),
  };
}

function statusFlags(of: Status, first: number): number {
  return (
    (of.measurementStatus === undefined ? 0 : first) |
    (of.deviceSensorStatus === undefined ? 0 : first * 2) |
    (of.pulseAmplitudeIndex === undefined ? 0 : first * 4)
  );
}

function writeStatus(writer: OctetWriter, of: Status): void {
  if (of.measurementStatus !== undefined) writer.uint16(of.measurementStatus);
  if (of.deviceSensorStatus !== undefined) writer.uint24(of.deviceSensorStatus);
  if (of.pulseAmplitudeIndex !== undefined) writeSfloat(writer, of.pulseAmplitudeIndex);
}

export function encodeSpotCheck(of: Omit<PulseOximeterSpotCheck, 'kind' | 'flags'>): Bytes {
  const writer = new OctetWriter().uint8((of.timestamp ? 1 : 0) | statusFlags(of, 2) | (of.clockNotSet ? 16 : 0));
  writeSfloat(writer, of.spo2);
  writeSfloat(writer, of.pulseRate);
  if (of.timestamp) writeDateTime(writer, of.timestamp);
  writeStatus(writer, of);
  return writer.octets();
}

/** Without the fast and the slow pair, which no sensor of ours has. */
export function encodeContinuous(
  of: Omit<PulseOximeterContinuous, 'kind' | 'flags' | 'spo2Fast' | 'pulseRateFast' | 'spo2Slow' | 'pulseRateSlow'>,
): Bytes {
  const writer = new OctetWriter().uint8(statusFlags(of, 4));
  writeSfloat(writer, of.spo2);
  writeSfloat(writer, of.pulseRate);
  writeStatus(writer, of);
  return writer.octets();
}
