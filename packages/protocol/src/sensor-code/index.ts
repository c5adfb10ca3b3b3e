export { sensorCodeKey, sensorCodeKeyLength } from './code-key.ts';
export { formatSensorCode, generateSensorCode, parseSensorCode, sensorCodeForScanning } from './sensor-code.ts';
