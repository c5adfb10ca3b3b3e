// A card in a real Worker of a browser.

import { expect, test } from 'vitest';
import { openMessagePortCard } from '../index.ts';

function startWorker() {
  const worker = new Worker(new URL('./echo-card.worker.ts', import.meta.url), { type: 'module' });
  const { port1, port2 } = new MessageChannel();
  worker.postMessage(undefined, [port2]);
  return { worker, port: port1 };
}

test('a card in a Worker answers', async () => {
  const { worker, port } = startWorker();
  const card = await openMessagePortCard(port);
  expect(card.atr).toEqual(Uint8Array.of(0x3b, 0x80, 0x01, 0x81));
  const responses = await Promise.all([1, 2, 3].map((n) => card.transmit(Uint8Array.of(0x80, 0x10, 0, 0, 1, n))));
  expect(responses).toEqual([1, 2, 3].map((n) => Uint8Array.of(n, 0x90, 0x00)));
  card.close();
  worker.terminate();
});

test('a card whose Worker is ended is gone', async () => {
  const { worker, port } = startWorker();
  // Long enough for a Worker to start, on a busy machine.
  const card = await openMessagePortCard(port, { timeoutMs: 5000 });
  worker.terminate();
  await expect(card.transmit(Uint8Array.of(0x80, 0x10, 0, 0))).rejects.toMatchObject({ code: 'card-gone' });
});
