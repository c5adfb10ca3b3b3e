// The card in a Worker of a browser, for tests: a store in memory, and a page that carries what the card has sealed. It
// takes the card's port with its first message.

import { randomBytes } from '@vitalseal/protocol';
import { serveCard } from '@vitalseal/uicc/message-port';
import { memoryStorage } from '../../storage/memory-storage.ts';
import { assembleCard } from '../assemble-card.ts';

addEventListener('message', async ({ ports: [port] }) => {
  if (port === undefined) return;
  const card = await assembleCard({
    storage: memoryStorage(),
    deviceKey: randomBytes(32),
    release: '0.1.0',
    turn: () => new Promise((resolve) => setTimeout(resolve, 0)),
    carrier: 'page',
    mha: { backoff: { firstMs: 1, mostMs: 5 } },
    log2Cost: 4,
  });
  serveCard(card, port);
});
