import { once } from 'node:events';
import { expect, test } from 'vitest';
import { polled } from '../testing/linked-card.ts';
import { httpsScene } from './https.fixture.ts';
import { SecureLink } from './secure-link.ts';

test('a link of which the terminal does not say whether it stands is given up, and nobody waits for the answer', async () => {
  const { session, server, inService, terminal, close } = await httpsScene();
  const link = new SecureLink({
    session,
    destination: () => ({ name: 'localhost', address: Uint8Array.of(127, 0, 0, 1), port: server.port }),
    security: async () => ({ kind: 'certificate', ...(await inService.element.linkCredential()) }),
  });
  const socket = await link.connect();
  await polled(terminal, once(socket, 'secureConnect'));
  const stop = new AbortController();
  const checked = link.check(stop.signal);
  stop.abort();
  await expect(checked).rejects.toMatchObject({ code: 'hospital-unreachable' });
  expect(socket.destroyed).toBe(true);
  await close();
});
