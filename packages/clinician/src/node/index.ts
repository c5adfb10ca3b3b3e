// What only a program on Node needs.
export { fileCustody } from './file-custody.ts';
