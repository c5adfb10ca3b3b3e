// For tests: a TPM of one's own, and somebody between it and the program.

export { type Swtpm, type SwtpmOptions, startSwtpm } from '../emulator/swtpm.ts';
export { openTransport } from '../transport/open-transport.ts';
export { type CharacterDevice, startCharacterDevice } from './character-device.ts';
export { type Interposer, interpose } from './interposer.ts';
