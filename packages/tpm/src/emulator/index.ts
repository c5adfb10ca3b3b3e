export { type Swtpm, type SwtpmOptions, startSwtpm } from './swtpm.ts';
