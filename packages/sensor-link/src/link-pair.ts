// Both ends of a link in one process: for many phones and sensors in one program, and for tests.

import type { Bytes } from '@vitalseal/protocol';
import { Arrivals } from './arrivals.ts';
import { defaultMtu, type Link } from './link.ts';

export interface LinkPairOptions {
  readonly mtu?: number;
  /** Sees each frame of both directions, as a radio sniffer would. */
  readonly observe?: (frame: Bytes) => void;
}

export function linkPair({ mtu = defaultMtu, observe }: LinkPairOptions = {}): [Link, Link] {
  const arrivals: [Arrivals, Arrivals] = [new Arrivals(), new Arrivals()];
  const end = (own: Arrivals, other: Arrivals): Link => ({
    mtu,
    listen: (listener) => own.listen(listener),
    send(frame) {
      if (own.isClosed) return;
      observe?.(frame);
      // A later turn, as on a real link: the sender's own work is finished before the other end sees the frame.
      setTimeout(() => other.frame(frame));
    },
    close(reason) {
      own.close(reason);
      setTimeout(() => other.close(undefined));
    },
  });
  return [end(arrivals[0], arrivals[1]), end(arrivals[1], arrivals[0])];
}
