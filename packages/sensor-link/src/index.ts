// The public face of the link between sensor and phone.

export { Arrivals } from './arrivals.ts';
export { SensorLinkError, type SensorLinkErrorCode, sensorLinkErrorCodes } from './errors.ts';
export { decodeTrouble, decodeWindow, encodeTrouble, encodeWindow } from './flow.ts';
export { framedMessages } from './framed-messages.ts';
export { attHeaderBytes, defaultMtu, type Link, type LinkListener } from './link.ts';
export { type LinkPairOptions, linkPair } from './link-pair.ts';
export { type LinkMessage, linkMessages, type MessageLink, type MessageListener } from './message-link.ts';
