// A card in a thread of node:worker_threads.

import { Worker } from 'node:worker_threads';
import { expect, test } from 'vitest';
import { openMessagePortCard } from './index.ts';

function startThread() {
  const { port1, port2 } = new MessageChannel();
  const thread = new Worker(new URL('./echo-card.thread.ts', import.meta.url), {
    workerData: port2,
    transferList: [port2],
  });
  return { thread, port: port1 };
}

test('a card in a thread answers', async () => {
  const { thread, port } = startThread();
  const card = await openMessagePortCard(port);
  const responses = await Promise.all([1, 2, 3].map((n) => card.transmit(Uint8Array.of(0x80, 0x10, 0, 0, 1, n))));
  expect(responses).toEqual([1, 2, 3].map((n) => Uint8Array.of(n, 0x90, 0x00)));
  card.close();
  await thread.terminate();
});

test('a card whose thread is ended is gone', async () => {
  const { thread, port } = startThread();
  const card = await openMessagePortCard(port);
  await thread.terminate();
  await expect(card.transmit(Uint8Array.of(0x80, 0x10, 0, 0))).rejects.toMatchObject({ code: 'card-gone' });
});
