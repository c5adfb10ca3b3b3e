// The sensor, as a command and as a library.

export { bondedPatient, ownCode, resetSensor } from './bonding/bond.ts';
export { knownPatient, type UntilBondedOptions, untilBonded } from './bonding/until-bonded.ts';
export { sensorCommand } from './command.ts';
export { enrolSensor, openSensorDevice } from './device/data-folder.ts';
export { type SensorDevice, temporarySensorDevice } from './device/sensor-device.ts';
export { SensorError, type SensorErrorCode, sensorErrorCodes } from './errors.ts';
export type { PhoneLink } from './link/phone-link.ts';
export { phoneOverTcp } from './link/phone-over-tcp.ts';
export { PhonesOverRadio, type PhonesOverRadioOptions } from './link/phones-over-radio.ts';
export { rowsOfPatient, type ScheduledReading, scheduleOf } from './recording/replay.ts';
export { rowMeasurements } from './recording/row-measurements.ts';
export { type ReadingSource, scheduledReadings } from './recording/scheduled-readings.ts';
export { type RunStandardOptions, runStandard } from './standard/run-standard.ts';
export {
  type Sensor,
  type SensorCounts,
  type SensorEvents,
  type SensorOptions,
  startSensor,
} from './start-sensor.ts';
