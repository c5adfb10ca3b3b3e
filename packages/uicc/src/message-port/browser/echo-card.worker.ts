// A Worker with a card in it, for tests. It takes the card's port with its first message.

import { serveCard } from '../index.ts';

addEventListener('message', ({ ports: [port] }) => {
  if (port === undefined) return;
  serveCard(
    {
      atr: Uint8Array.of(0x3b, 0x80, 0x01, 0x81),
      reset: async () => undefined,
      transmit: async (apdu) => new Uint8Array([...apdu.subarray(5), 0x90, 0x00]),
    },
    port,
  );
});
