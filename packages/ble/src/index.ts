// What is the same on every radio: the view of GATT at either end, and what is carried on it.

export { BleError, type BleErrorCode, bleErrorCodes } from './errors.ts';
export type { GattConnection, GattService, RemoteCharacteristic } from './gatt/gatt-client.ts';
export type {
  GattPeer,
  GattServer,
  OfferedCharacteristic,
  OfferedService,
  PeripheralOptions,
} from './gatt/gatt-server.ts';
export * from './sealed-sensor/index.ts';
export * from './standard/index.ts';
