// For tests and development: a room of emulated radios, and who listens in it.

export type { Direction, Tap } from './room/controller-session.ts';
export { type EmulatedController, type RadioRoom, startRadioRoom } from './room/radio-room.ts';
