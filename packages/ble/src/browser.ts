// Bluetooth LE in a browser: Web Bluetooth.

export { BleError } from './errors.ts';
