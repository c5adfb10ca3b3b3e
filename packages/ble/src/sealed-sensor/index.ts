// Step 1 on Bluetooth LE.

export { Doorkeeper, type DoorkeeperOptions } from './doorkeeper.ts';
export { PhoneAtSensor, type WhoWaits } from './phone-at-sensor.ts';
export { openSealedSensor, type SealedSensorEvents, type SealedSensorLink } from './phone-side.ts';
export { type PatienceWithPhones, type SealedSensorOptions, SealedSensorService } from './sensor-side.ts';
export { decodeStatus, encodeStatus, type SensorStatus } from './status.ts';
export { sealedSensorUuids } from './uuids.ts';
