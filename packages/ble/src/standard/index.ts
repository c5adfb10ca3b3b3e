// The health profiles of the Bluetooth SIG, read as they are.

export { type BatteryLevel, decodeBattery, encodeBattery } from './battery.ts';
export {
  type BloodPressureMeasurement,
  bloodPressureStatus,
  decodeBloodPressure,
  decodeCuffPressure,
  encodeBloodPressure,
  type IntermediateCuffPressure,
} from './blood-pressure.ts';
export {
  characteristicUuid,
  decodeCharacteristic,
  type StandardDateTime,
  type StandardDecoder,
  type StandardValue,
  standardDecoders,
} from './characteristics.ts';
export { type ContinuousGlucoseMeasurement, decodeContinuousGlucose } from './continuous-glucose.ts';
export { type DateTime, dateTimeOf, decodeDateTime, encodeDateTime, instantOf } from './date-time.ts';
export {
  decodeGlucose,
  encodeGlucose,
  type GlucoseMeasurement,
  glucoseSampleLocations,
  glucoseSampleTypes,
  glucoseSensorStatus,
} from './glucose.ts';
export { decodeGlucoseContext, type GlucoseContext } from './glucose-context.ts';
export type { GlucoseProgress } from './glucose-records.ts';
export { decodeHeartRate, encodeHeartRate, type HeartRateMeasurement, type SensorContact } from './heart-rate.ts';
export { decodeFloat, decodeSfloat, type MedicalFloat } from './medical-float.ts';
export { type PatientValues, patientValues, type SetAside } from './patient-values.ts';
export { furtherServices, standardServices } from './profiles.ts';
export {
  decodeContinuous,
  decodeSpotCheck,
  encodeContinuous,
  encodeSpotCheck,
  oximeterMeasurementStatus,
  oximeterSensorStatus,
  type PulseOximeterContinuous,
  type PulseOximeterSpotCheck,
} from './pulse-oximeter.ts';
export { ReadingQueue, type ReadingQueueOptions, type UnsealedReading } from './reading-queue.ts';
export {
  decodeRecordAccess,
  encodeRecordAccess,
  type RecordAccess,
  type RecordFilter,
  recordAccessResults,
} from './record-access.ts';
export { sensorLocations } from './sensor-facts.ts';
export {
  type StandardMeasured,
  StandardPeripheral,
  type StandardPeripheralOptions,
} from './standard-peripheral.ts';
export {
  openStandardSensor,
  type StandardSensor,
  type StandardSensorOptions,
  type StandardSensorState,
} from './standard-sensor.ts';
export { type StatusBits, statusWords } from './status-bits.ts';
export {
  decodeIntermediateTemperature,
  decodeTemperature,
  encodeTemperature,
  type TemperatureMeasurement,
  temperatureSites,
} from './thermometer.ts';
export { assignedUuid } from './uuid.ts';
export { decodeWeight, encodeWeight, type WeightMeasurement } from './weight-scale.ts';
