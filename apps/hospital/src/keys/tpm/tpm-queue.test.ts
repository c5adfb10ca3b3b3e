import { once } from 'node:events';
import { type AddressInfo, createServer, type Socket } from 'node:net';
import { expect, test } from 'vitest';
import { TpmQueue } from './tpm-queue.ts';

test('who waits behind a TPM that hangs is refused in time, and costs it nothing afterwards', async () => {
  const connections: Socket[] = [];
  const hanging = createServer((socket) => connections.push(socket));
  hanging.listen(0, '127.0.0.1');
  await once(hanging, 'listening');
  const { port } = hanging.address() as AddressInfo;
  const queue = new TpmQueue({ address: `tcp:127.0.0.1:${port}`, root: new Uint8Array(34), patienceMs: 100 });
  const worked: number[] = [];
  const connected = once(hanging, 'connection');
  const refused = [1, 2, 3].map((number) => expect(queue.use(async () => worked.push(number))).rejects);
  await Promise.all(refused.map((each) => each.toMatchObject({ code: 'keys-unavailable' })));
  await connected;
  // Nobody waits any more, and the TPM has not even been given up yet.
  expect(queue.state.waiting).toBe(3);
  for (const socket of connections) socket.destroy();
  await queue.close();
  hanging.close();
  expect({ ...queue.state, connections: connections.length, worked }).toMatchObject({
    waiting: 0,
    connections: 1,
    worked: [],
  });
});
