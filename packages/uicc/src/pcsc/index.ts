// The PC/SC stack, as a program sees it that has a card in a reader.

export { openPcscCard, type PcscCard, type PcscCardOptions } from './pcsc-card.ts';
export type { ReaderState } from './reader-state.ts';
export { type PcscOptions, PcscSession, pcscdSocketPath } from './session.ts';
