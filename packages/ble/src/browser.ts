// Bluetooth LE in a browser: Web Bluetooth.

export { BleError } from './errors.ts';
export { connectDevice } from './web-bluetooth/connect-device.ts';
export {
  type Bluetooth,
  bluetoothState,
  chooseDevice,
  type DeviceChoice,
  forgetDevice,
  rememberedDevices,
  watchBluetooth,
} from './web-bluetooth/devices.ts';
