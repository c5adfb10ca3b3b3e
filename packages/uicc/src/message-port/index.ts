// A card behind a MessagePort: in a Worker of a browser, or of Node.

export type { CardPort } from './card-port.ts';
export { type MessagePortCard, type MessagePortCardOptions, openMessagePortCard } from './message-port-card.ts';
export { type ServedCard, serveCard } from './serve-card.ts';
