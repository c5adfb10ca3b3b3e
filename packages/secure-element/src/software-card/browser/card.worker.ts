// A Worker with the whole card in it, for tests. The first message names its database and brings the card's port.

import { serveCard } from '@vitalseal/uicc/message-port';
import { openWorkerCard } from './open-worker-card.ts';

addEventListener('message', ({ data: name, ports: [port] }: MessageEvent<string>) => {
  if (!port) return;
  void openWorkerCard({ name, log2Cost: 4, mha: { backoff: { firstMs: 1, mostMs: 5 } } }).then(
    (card) => serveCard(card, port),
    () => port.close(),
  );
});
