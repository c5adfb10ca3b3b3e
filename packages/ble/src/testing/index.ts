// A radio that is emulated, and a tap on it.

export { BleError } from '../errors.ts';
