// What both ends of the UICC-terminal interface speak.

export type { Bytes, Card } from './card.ts';
