// For tests: a TPM of one's own, and ways to spoil its answers.
export { type Swtpm, type SwtpmOptions, startSwtpm } from '../emulator/swtpm.ts';
