// What sensor and phone say to each other, whatever carries it: frames of TCP, or the characteristics of a GATT service.
//
//   sensor to phone    handshake   EDHOC message_1 or message_3, with the prefix it has over HTTP
//                      record      one sealed step-1 record
//   phone to sensor    handshake   EDHOC message_2, message_4 or an error message
//                      answer      the secure element's sealed acknowledgements and hints
//                      window      how many records may be without an answer at a time (two bytes)
//                      trouble     a code: the records on the way were not taken, and wait for a window
//
// The phone understands the types and none of the bodies. A record that is lost on the way is not answered, and sent again.

import type { Bytes } from '@vitalseal/protocol';

export const linkMessages = ['handshake', 'record', 'answer', 'window', 'trouble'] as const;
export type LinkMessage = (typeof linkMessages)[number];

export interface MessageListener {
  message(type: LinkMessage, body: Bytes): void;
  /** Once, and nothing after it. */
  closed(reason: Error | undefined): void;
}

/** Both ends of the link speak through one of these. */
export interface MessageLink {
  /** One listener; what came before it is kept for it, and told as soon as the caller has finished. */
  listen(listener: MessageListener): void;
  /**
   * Settles when the carrier has room for more; on a closed link the message is dropped, for the other end would not have
   * had it either. @throws ProtocolError `fragment-oversized`
   */
  send(type: LinkMessage, body: Bytes): Promise<void>;
  close(reason?: Error): void;
}
