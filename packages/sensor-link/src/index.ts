// The public face of the link between sensor and phone.

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
