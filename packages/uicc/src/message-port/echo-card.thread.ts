// A thread with a card in it, for tests. It is given the card's port as it starts.

import { MessagePort, workerData } from 'node:worker_threads';
import { serveCard } from './serve-card.ts';

if (workerData instanceof MessagePort) {
  serveCard(
    {
      atr: Uint8Array.of(0x3b, 0x80, 0x01, 0x81),
      reset: async () => undefined,
      transmit: async (apdu) => new Uint8Array([...apdu.subarray(5), 0x90, 0x00]),
    },
    workerData,
  );
}
