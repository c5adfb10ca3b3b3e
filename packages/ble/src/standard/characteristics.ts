// One function for every characteristic of the health profiles that is read here: its UUID gives its decoder.

import type { Bytes } from '@vitalseal/protocol';
import { type BatteryLevel, decodeBattery } from './battery.ts';
import {
  type BloodPressureMeasurement,
  decodeBloodPressure,
  decodeCuffPressure,
  type IntermediateCuffPressure,
} from './blood-pressure.ts';
import { type ContinuousGlucoseMeasurement, decodeContinuousGlucose } from './continuous-glucose.ts';
import { type DateTime, decodeDateTime } from './date-time.ts';
import { decodeGlucose, type GlucoseMeasurement } from './glucose.ts';
import { decodeGlucoseContext, type GlucoseContext } from './glucose-context.ts';
import { decodeHeartRate, type HeartRateMeasurement } from './heart-rate.ts';
import { malformed } from './octets.ts';
import {
  decodeContinuous,
  decodeSpotCheck,
  type PulseOximeterContinuous,
  type PulseOximeterSpotCheck,
} from './pulse-oximeter.ts';
import { decodeRecordAccess, type RecordAccess } from './record-access.ts';
import {
  type BodySensorLocation,
  type CurrentTime,
  decodeBloodPressureFeature,
  decodeBodySensorLocation,
  decodeCurrentTime,
  decodeGlucoseFeature,
  decodeMeasurementInterval,
  decodeOximeterFeatures,
  decodeTemperatureType,
  decodeWeightScaleFeature,
  type MeasurementInterval,
  type OximeterFeatures,
  type SensorFeatures,
  type TemperatureType,
} from './sensor-facts.ts';
import { decodeIntermediateTemperature, decodeTemperature, type TemperatureMeasurement } from './thermometer.ts';
import { assignedUuid, fullUuid } from './uuid.ts';
import { decodeWeight, type WeightMeasurement } from './weight-scale.ts';

/** Told apart by `kind`. */
export type StandardValue =
  | BatteryLevel
  | BloodPressureMeasurement
  | BodySensorLocation
  | ContinuousGlucoseMeasurement
  | CurrentTime
  | GlucoseContext
  | GlucoseMeasurement
  | HeartRateMeasurement
  | IntermediateCuffPressure
  | MeasurementInterval
  | OximeterFeatures
  | PulseOximeterContinuous
  | PulseOximeterSpotCheck
  | RecordAccess
  | SensorFeatures
  | StandardDateTime
  | TemperatureMeasurement
  | TemperatureType
  | WeightMeasurement;

export interface StandardDateTime extends DateTime {
  readonly kind: 'date-time';
}

export type StandardDecoder = (value: Bytes) => StandardValue;

export const characteristicUuid = {
  dateTime: assignedUuid(0x2a08),
  glucose: assignedUuid(0x2a18),
  battery: assignedUuid(0x2a19),
  temperature: assignedUuid(0x2a1c),
  intermediateTemperature: assignedUuid(0x2a1e),
  glucoseContext: assignedUuid(0x2a34),
  bloodPressure: assignedUuid(0x2a35),
  cuffPressure: assignedUuid(0x2a36),
  heartRate: assignedUuid(0x2a37),
  recordAccess: assignedUuid(0x2a52),
  pulseOximeterSpotCheck: assignedUuid(0x2a5e),
  pulseOximeterContinuous: assignedUuid(0x2a5f),
  weight: assignedUuid(0x2a9d),
  continuousGlucose: assignedUuid(0x2aa7),
} as const;

export const standardDecoders: ReadonlyMap<string, StandardDecoder> = new Map<string, StandardDecoder>([
  [characteristicUuid.dateTime, (value) => ({ kind: 'date-time', ...decodeDateTime(value) })],
  [characteristicUuid.glucose, decodeGlucose],
  [characteristicUuid.battery, decodeBattery],
  [characteristicUuid.temperature, decodeTemperature],
  [characteristicUuid.intermediateTemperature, decodeIntermediateTemperature],
  [characteristicUuid.glucoseContext, decodeGlucoseContext],
  [characteristicUuid.bloodPressure, decodeBloodPressure],
  [characteristicUuid.cuffPressure, decodeCuffPressure],
  [characteristicUuid.heartRate, decodeHeartRate],
  [characteristicUuid.recordAccess, decodeRecordAccess],
  [characteristicUuid.pulseOximeterSpotCheck, decodeSpotCheck],
  [characteristicUuid.pulseOximeterContinuous, decodeContinuous],
  [characteristicUuid.weight, decodeWeight],
  [characteristicUuid.continuousGlucose, decodeContinuousGlucose],
  [assignedUuid(0x2a1d), decodeTemperatureType],
  [assignedUuid(0x2a21), decodeMeasurementInterval],
  [assignedUuid(0x2a2b), decodeCurrentTime],
  [assignedUuid(0x2a38), decodeBodySensorLocation],
  [assignedUuid(0x2a49), decodeBloodPressureFeature],
  [assignedUuid(0x2a51), decodeGlucoseFeature],
  [assignedUuid(0x2a60), decodeOximeterFeatures],
  [assignedUuid(0x2a9e), decodeWeightScaleFeature],
]);

/**
 * @param uuid of the characteristic: 128 bits as text, or its assigned number as 4 hexadecimal digits (`2A37`)
 * @param value as it was notified, indicated or read
 * @throws BleError `gatt-malformed` for a value that its specification does not allow, or a characteristic unknown here
 */
export function decodeCharacteristic(uuid: string, value: Bytes): StandardValue {
  const decode = standardDecoders.get(fullUuid(uuid));
  if (decode === undefined) throw malformed('a characteristic of the health profiles');
  return decode(value);
}
