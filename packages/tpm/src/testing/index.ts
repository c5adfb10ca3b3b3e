export { type Swtpm, type SwtpmOptions, startSwtpm } from '../emulator/swtpm.ts';
