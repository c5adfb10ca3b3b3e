// Bluetooth LE in Node: a host stack of our own on an adapter.

export { BleError } from './errors.ts';
export { type AdapterAddress, adapterForms, parseAdapterAddress } from './hci/adapter-address.ts';
export { keepKnownAddresses, readKnownAddresses } from './host/known-addresses.ts';
export { openRadio, type RadioOptions } from './host/open-radio.ts';
export type { PairingAgent } from './host/pairing.ts';
export type { DeviceAddress, FoundDevice, Radio, RadioConnection, ScanFilter } from './host/radio.ts';
