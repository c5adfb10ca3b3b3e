import { Agent, type AgentOptions } from 'node:https';
import { type ConnectionOptions, connect } from 'node:tls';
import { encodePem } from '@vitalseal/certifying-authority';
import { randomBytes } from '@vitalseal/protocol';
import { encodePskIdentity } from '@vitalseal/uicc/global-platform';
import { afterAll, beforeAll, expect, test, vi } from 'vitest';
import { AdministeringHospital } from '../testing/administering-hospital.ts';
import type { TestCard } from '../testing/test-card.ts';

let hospital: AdministeringHospital;
let card: TestCard;
let ca: string;
beforeAll(async () => {
  hospital = await AdministeringHospital.start();
  ca = encodePem('CERTIFICATE', hospital.ca.authority.rootCertificate);
  card = await hospital.card();
  await vi.waitFor(() => card.session(), { timeout: 10_000, interval: 200 });
});
afterAll(() => hospital.remove());

/** What a request over this connection is answered with, or the error that ends it. */
async function ask(tls: AgentOptions, change: Partial<Record<string, string>> = {}): Promise<number | string> {
  const agent = new Agent({ minVersion: 'TLSv1.3', maxCachedSessions: 0, ...tls });
  try {
    const headers = Object.fromEntries(Object.entries(change).map(([name, value]) => [name, value ?? '']));
    return (await card.post({ headers }, agent)).status;
  } catch (error) {
    return error instanceof Error && 'code' in error ? String(error.code) : String(error);
  } finally {
    agent.destroy();
  }
}

const knocking = (psk: Uint8Array, identity = encodePskIdentity(card)): AgentOptions => ({
  ciphers: 'TLS_AES_128_GCM_SHA256',
  pskCallback: () => ({ psk, identity }),
  checkServerIdentity: () => undefined,
});

test('the card itself is let in, on every curve and after a retried hello', async () => {
  expect(await ask(knocking(card.psk))).toBe(204);
  for (const ecdhCurve of ['X25519', 'P-256', 'P-521:X25519']) {
    expect(await ask({ ...knocking(card.psk), ecdhCurve }), ecdhCurve).toBe(204);
  }
});

test('who has no key is served by certificate, and is no card', async () => {
  expect(await ask({ ca })).toBe(401);
  expect(
    await ask({ ca }, { 'x-admin-from': `//se-id/eid/${card.administrationId};//aa-id/aid/A000000151/000000` }),
  ).toBe(401);
});

test('a wrong key ends the handshake', async () => {
  expect(await ask({ ...knocking(randomBytes(32)), ca })).toBe('EPROTO');
});

test('a key version that the card does not have is nobody', async () => {
  const identity = encodePskIdentity({ administrationId: card.administrationId, keyVersion: 0x4f });
  expect(await ask({ ...knocking(card.psk, identity), ca })).toBe(401);
});

test('a client that names a card, and agrees on a suite under which its key is skipped, is nobody', async () => {
  const skipped = { ...knocking(randomBytes(32)), ca };
  expect(await ask({ ...skipped, ciphers: 'TLS_AES_256_GCM_SHA384' })).toBe(401);
  expect(await ask({ ...skipped, ciphers: 'TLS_AES_256_GCM_SHA384:TLS_AES_128_GCM_SHA256' })).toBe(401);
});

test('names that are none of a card are nobody', async () => {
  for (const identity of ['x', '\u{1f512}', 'A'.repeat(128), encodePskIdentity(card).toLowerCase()]) {
    expect(await ask({ ...knocking(card.psk, identity), ca }), identity).toBe(401);
  }
});

/** Keeps the ticket of a connection and answers with what a second one, by that ticket, is told. */
async function byTicketOf(
  first: ConnectionOptions,
  second: ConnectionOptions,
): Promise<{ status: string; resumed: boolean }> {
  const port = Number(new URL(hospital.url).port);
  const talk = (options: ConnectionOptions) => {
    const { promise, resolve, reject } = Promise.withResolvers<{
      status: string;
      ticket: Buffer | undefined;
      resumed: boolean;
    }>();
    let ticket: Buffer | undefined;
    let text = '';
    const socket = connect({ host: '127.0.0.1', port, minVersion: 'TLSv1.3', ...options });
    socket.on('session', (session) => {
      ticket = session;
    });
    socket.on('data', (chunk: Buffer) => {
      text += chunk.toString();
    });
    socket.on('error', reject);
    socket.on('close', () => resolve({ status: text.slice(9, 12), ticket, resumed }));
    let resumed = false;
    socket.on('secureConnect', () => {
      resumed = socket.isSessionReused();
      socket.write('POST /card-administration HTTP/1.1\r\nhost: h\r\nconnection: close\r\ncontent-length: 0\r\n\r\n');
    });
    return promise;
  };
  const { ticket } = await talk(first);
  if (ticket === undefined) throw new Error('expected a session ticket');
  return talk({ ...second, session: ticket });
}

test('session tickets go on to serve clients by certificate', async () => {
  expect(await byTicketOf({ ca }, { ca })).toMatchObject({ status: '401', resumed: true });
});

test('a ticket makes nobody a card: not with the name of one beside it, and not one that a card was given', async () => {
  const wrong = { ...knocking(randomBytes(32)), ca };
  expect(await byTicketOf({ ca }, { ...wrong, ciphers: 'TLS_AES_256_GCM_SHA384' })).toMatchObject({ status: '401' });
  const ofCard = await byTicketOf({ ...knocking(card.psk), ca }, { ca, ciphers: 'TLS_AES_128_GCM_SHA256' });
  expect(ofCard).toMatchObject({ status: '401', resumed: true });
  expect(await byTicketOf({ ...knocking(card.psk), ca }, wrong)).toMatchObject({ status: '401' });
});

test('headers that name another card, or another protocol, are refused', async () => {
  const other = await hospital.card();
  for (const change of [
    { 'x-admin-from': `//se-id/eid/${other.administrationId};//aa-id/aid/A000000151/000000` },
    { 'x-admin-from': `//se-id/eid/${card.administrationId};//aa-id/aid/A000000151/000001` },
    { 'x-admin-from': '' },
    { 'x-admin-protocol': 'globalplatform-remote-admin/2.0' },
  ]) {
    expect(await ask(knocking(card.psk), change)).toBe(400);
  }
});
