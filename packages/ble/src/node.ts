// Bluetooth LE in Node: a host stack of our own on an adapter.

export { BleError } from './errors.ts';
