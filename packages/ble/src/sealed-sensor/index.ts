// Step 1 on Bluetooth LE.

export { PhoneAtSensor } from './phone-at-sensor.ts';
export { openSealedSensor, type SealedSensorEvents, type SealedSensorLink } from './phone-side.ts';
export { type SealedSensorOptions, SealedSensorService } from './sensor-side.ts';
export { decodeStatus, encodeStatus, type SensorStatus } from './status.ts';
export { sealedSensorUuids } from './uuids.ts';
