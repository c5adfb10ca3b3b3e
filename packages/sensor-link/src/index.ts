// The public face of the link between sensor and phone.

export { Backoff, type BackoffOptions, pause } from './backoff.ts';
export { SensorLinkError, type SensorLinkErrorCode, sensorLinkErrorCodes } from './errors.ts';
export { attHeaderBytes, defaultMtu, type Link, type LinkListener } from './link.ts';
export { type LinkPairOptions, linkPair } from './link-pair.ts';
export {
  decodeCredit,
  decodeTrouble,
  encodeCredit,
  encodeTrouble,
  type LinkMessage,
  linkMessages,
  MessageLink,
  type MessageListener,
} from './messages.ts';
