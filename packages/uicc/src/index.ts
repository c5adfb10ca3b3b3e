// What both ends of the UICC-terminal interface speak.

export * from './apdu/index.ts';
export * from './applications.ts';
export { octets, unsigned } from './bytes.ts';
export type { Bytes, Card } from './card.ts';
export * from './errors.ts';
export * from './tlv/index.ts';
export * from './toolkit/index.ts';
