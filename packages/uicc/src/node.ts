// Ways to a card that only Node has.

export * from './pcsc/index.ts';
export { mostReaders, type OwnPcscd, type OwnPcscdOptions, startPcscd, type VirtualReader } from './pcscd/own-pcscd.ts';
export * from './vpcd/index.ts';
