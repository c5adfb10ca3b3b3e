import type { ServerOptions } from 'node:https';
import { afterEach, expect, test } from 'vitest';
import { polled } from '../testing/linked-card.ts';
import { CardHttps } from './card-https.ts';
import { type HttpsScene, httpsScene } from './https.fixture.ts';

const psk = new Uint8Array(32).fill(7);
const identity = '0123456789abcdef.1';
const ends: (() => Promise<void>)[] = [];
afterEach(async () => {
  for (const end of ends.splice(0)) await end();
});

async function scene(tls: ServerOptions): Promise<HttpsScene> {
  const made = await httpsScene({ server: { tls: { requestCert: false, ...tls } } });
  ends.push(made.close);
  return made;
}

function client({ session, server }: HttpsScene, key: Uint8Array<ArrayBuffer>, name = identity): CardHttps {
  const https = new CardHttps({
    session,
    destination: () => ({ name: 'localhost', address: Uint8Array.of(127, 0, 0, 1), port: server.port }),
    security: () => ({ kind: 'psk', psk: key, identity: name }),
  });
  ends.push(async () => https.close());
  return https;
}

const holdsTheKey: ServerOptions = {
  pskCallback: (_socket, name) => (name === identity ? Buffer.from(psk) : null),
};

function ask(https: CardHttps, { terminal }: HttpsScene) {
  const request = { path: '/echo', headers: { 'x-admin-from': 'card' }, body: Uint8Array.of(1, 2, 3) };
  return polled(terminal, https.post(request, new AbortController().signal));
}

test('a server that holds the key is spoken to without a certificate, again and again on one link', async () => {
  const made = await scene(holdsTheKey);
  const https = client(made, psk);
  for (let count = 0; count < 2; count++) {
    const answer = await ask(https, made);
    expect([answer.status, [...answer.body], answer.headers['content-type']]).toEqual([
      200,
      [1, 2, 3],
      'application/octet-stream',
    ]);
  }
  expect([made.server.connections, made.server.clients]).toEqual([1, []]);
});

test('a server that knows neither key nor card, and falls back to its certificate, is refused', async () => {
  for (const tls of [{}, holdsTheKey]) {
    const made = await scene(tls);
    await expect(ask(client(made, psk, 'another.1'), made)).rejects.toMatchObject({ code: 'hospital-untrusted' });
  }
});

test('a wrong key opens nothing', async () => {
  const made = await scene(holdsTheKey);
  await expect(ask(client(made, new Uint8Array(32)), made)).rejects.toMatchObject({ code: 'hospital-untrusted' });
});
