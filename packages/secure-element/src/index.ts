// The public face of the patient's secure element.

export { codeOf, SecureElementError, type SecureElementErrorCode, secureElementErrorCodes } from './errors.ts';
export type { PutBack } from './hospital-hop/put-back.ts';
export type { Batch, BatchRequest } from './hospital-hop/seal-batch.ts';
export { maxBatchRecords } from './hospital-hop/seal-batch.ts';
export type { Confirmation, Delivery, Refusal } from './hospital-hop/take-answer.ts';
export {
  type ConsciousnessLevel,
  consciousnessLevels,
  consciousnessMeasurement,
  oxygenMeasurement,
  type VitalNumber,
  vitalMeasurement,
  vitalNumbers,
} from './measurement/vital-measurement.ts';
export type { Counts } from './outbox/counts.ts';
export type { Timeliness, TimelinessPolicy } from './outbox/timeliness.ts';
export type { Display, Duty, SensorDisplay } from './patient/display.ts';
export type { EnteredReading, StandardReading } from './patient/enter-reading.ts';
export type { Renewal } from './personalisation/sign-renewal.ts';
export { SecureElement, type SecureElementOptions } from './secure-element.ts';
export {
  decodeSensorAnswer,
  encodeSensorAnswer,
  type RecordHint,
  type SensorAnswer,
} from './sensor-hop/sensor-answer.ts';
export { maxSensorRecords } from './sensor-hop/take-records.ts';
export { defaultSettings, type ElementSettings } from './settings.ts';
export type { Change, CommitPurpose, ElementStorage } from './storage/element-storage.ts';
export { memoryStorage } from './storage/memory-storage.ts';
export { sealedStorage } from './storage/sealed-storage.ts';
