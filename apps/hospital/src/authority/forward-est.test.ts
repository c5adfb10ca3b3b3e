import Fastify from 'fastify';
import { expect, test } from 'vitest';
import { AddressAllowance } from '../devices/address-allowance.ts';
import { answerErrors } from '../listener/answer-errors.ts';
import { forwardEst } from './forward-est.ts';

test('whoever waits for the next revocation list does not keep the hospital from stopping', async () => {
  const asked = Promise.withResolvers<void>();
  const server = Fastify();
  answerErrors(server);
  forwardEst(server, {
    url: 'https://authority.test',
    allowance: new AddressAllowance({ burst: 9, perSecond: 9, now: Date.now }),
    fetch: (_url, init) =>
      new Promise((_resolve, reject) => {
        init?.signal?.addEventListener('abort', () => reject(new Error('aborted')));
        asked.resolve();
      }),
  });
  const origin = await server.listen({ host: '127.0.0.1', port: 0 });
  const waiting = fetch(`${origin}/crl?after=1`);
  await asked.promise;
  await server.close();
  expect((await waiting).status).toBe(503);
});
