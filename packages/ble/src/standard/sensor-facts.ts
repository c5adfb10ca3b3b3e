// What a sensor says of itself, once: where it is worn, what it can do, how often it measures. Nothing of it is a reading.

import type { Bytes } from '@vitalseal/protocol';
import { type DateTime, readDateTime } from './date-time.ts';
import { malformed, OctetReader } from './octets.ts';

/** Body Sensor Location (0x2A38): an index into `sensorLocations`. */
export interface BodySensorLocation {
  readonly kind: 'body-sensor-location';
  readonly location: number;
}

export const sensorLocations: readonly string[] = ['other', 'chest', 'wrist', 'finger', 'hand', 'ear-lobe', 'foot'];

/** Temperature Type (0x2A1D): an index into `temperatureSites`. */
export interface TemperatureType {
  readonly kind: 'temperature-type';
  readonly type: number;
}

/** Measurement Interval (0x2A21) of a thermometer; 0: it does not measure by itself. */
export interface MeasurementInterval {
  readonly kind: 'measurement-interval';
  readonly seconds: number;
}

/** Bits as the services define them: 0x2A49, 0x2A51, 0x2A9E. */
export interface SensorFeatures {
  readonly kind: 'blood-pressure-feature' | 'glucose-feature' | 'weight-scale-feature';
  readonly features: number;
}

/** PLX Features (0x2A60). */
export interface OximeterFeatures {
  readonly kind: 'oximeter-features';
  readonly features: number;
  /** Which bits of the two status fields mean something. */
  readonly measurementStatusSupport?: number;
  readonly deviceSensorStatusSupport?: number;
}

/** Current Time (0x2A2B). */
export interface CurrentTime extends DateTime {
  readonly kind: 'current-time';
  /** 1 is Monday, 7 Sunday, 0 not known. */
  readonly dayOfWeek: number;
  readonly fractions256: number;
  /** Bits: set by hand, by a reference, for a time zone, for summer time. */
  readonly adjustReason: number;
}

/** All throw BleError `gatt-malformed`. */
function whole<T>(value: Bytes, what: string, read: (reader: OctetReader) => T): T {
  const reader = new OctetReader(value);
  const fact = read(reader);
  reader.end(what);
  return fact;
}

export function decodeBodySensorLocation(value: Bytes): BodySensorLocation {
  const what = 'a sensor location';
  return whole(value, what, (reader) => ({ kind: 'body-sensor-location', location: reader.uint8(what) }));
}

export function decodeTemperatureType(value: Bytes): TemperatureType {
  const what = 'a temperature type';
  return whole(value, what, (reader) => ({ kind: 'temperature-type', type: reader.uint8(what) }));
}

export function decodeMeasurementInterval(value: Bytes): MeasurementInterval {
  const what = 'a measurement interval';
  return whole(value, what, (reader) => ({ kind: 'measurement-interval', seconds: reader.uint16(what) }));
}

// Features grew bits with each edition, and may grow octets: those that are not known here are passed over.

export function decodeBloodPressureFeature(value: Bytes): SensorFeatures {
  return { kind: 'blood-pressure-feature', features: new OctetReader(value).uint16('features of a cuff') };
}

export function decodeGlucoseFeature(value: Bytes): SensorFeatures {
  return { kind: 'glucose-feature', features: new OctetReader(value).uint16('features of a meter') };
}

export function decodeWeightScaleFeature(value: Bytes): SensorFeatures {
  return { kind: 'weight-scale-feature', features: new OctetReader(value).uint32('features of a scale') };
}

export function decodeOximeterFeatures(value: Bytes): OximeterFeatures {
  const reader = new OctetReader(value);
  const features = reader.uint16('features of an oximeter');
  return {
    kind: 'oximeter-features',
    features,
    ...(features & 1 && { measurementStatusSupport: reader.uint16('bits of a measurement status') }),
    ...(features & 2 && { deviceSensorStatusSupport: reader.uint24('bits of a device and sensor status') }),
  };
}

export function decodeCurrentTime(value: Bytes): CurrentTime {
  return whole(value, 'a current time', (reader) => {
    const time = readDateTime(reader);
    const dayOfWeek = reader.uint8('a day of the week');
    if (dayOfWeek > 7) throw malformed('a day of the week');
    return {
      kind: 'current-time',
      ...time,
      dayOfWeek,
      fractions256: reader.uint8('fractions of a second'),
      adjustReason: reader.uint8('a reason'),
    };
  });
}
