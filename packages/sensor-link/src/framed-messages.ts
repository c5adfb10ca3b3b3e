// Messages over a link of frames: each is one type byte and its body, cut to the MTU.

import { concatBytes, Fragmenter, Reassembler } from '@vitalseal/protocol';
import { SensorLinkError } from './errors.ts';
import type { Link } from './link.ts';
import { linkMessages, type MessageLink } from './message-link.ts';

export function framedMessages(link: Link): MessageLink {
  const fragmenter = new Fragmenter(link.mtu);
  const reassembler = new Reassembler(link.mtu);
  return {
    listen(listener) {
      link.listen({
        frame(frame) {
          const { message, refused } = reassembler.accept(frame);
          const type = message && linkMessages[(message[0] ?? 0) - 1];
          if (refused) {
            // Frames come in order and once, so this link is broken or not ours; what was on the way is sent again later.
            link.close(refused);
          } else if (message && !type) {
            link.close(new SensorLinkError('link-malformed', 'expected a message of a known type'));
          } else if (message && type) {
            listener.message(type, message.slice(1));
          }
        },
        closed: (reason) => listener.closed(reason),
      });
    },
    async send(type, body) {
      const message = concatBytes(Uint8Array.of(linkMessages.indexOf(type) + 1), body);
      for (const frame of fragmenter.fragments(message)) link.send(frame);
    },
    close: (reason) => link.close(reason),
  };
}
