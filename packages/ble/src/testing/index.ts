// For tests and development: a room of emulated radios, and who listens in it.

export { chooseDevice, chooseNoDevice } from './bluez/choose-device.ts';
export { type Bluez, startBluez } from './bluez/start-bluez.ts';
export { InProcessRadio, type InProcessRadioOptions, type ValueOnAir } from './in-process/in-process-radio.ts';
export type { Direction, Tap } from './room/controller-session.ts';
export { type EmulatedController, type RadioRoom, startRadioRoom } from './room/radio-room.ts';
