import { Agent, type AgentOptions, request } from 'node:https';
import { createRequest, encodePem, exportPrivateKey, generateKeyPair } from '@vitalseal/certifying-authority';
import type { Identity } from '@vitalseal/protocol';
import { afterAll, beforeAll, expect, test, vi } from 'vitest';
import { AdministeringHospital } from '../testing/administering-hospital.ts';
import { type EstAuthority, startEstAuthority } from '../testing/est-authority.ts';

const identity: Identity = { role: 'patient', id: 'p1' };
let hospital: AdministeringHospital;
let ca: string;
beforeAll(async () => {
  hospital = await AdministeringHospital.start();
  ca = encodePem('CERTIFICATE', hospital.ca.authority.rootCertificate);
});
afterAll(() => hospital.remove());

async function client({ authority }: EstAuthority): Promise<{ key: string; cert: string }> {
  const keys = await generateKeyPair({ extractable: true });
  const { code } = await authority.invite({ identity });
  const leaf = await authority.enrol(await createRequest(keys, identity), { identity, code });
  return {
    key: encodePem('PRIVATE KEY', await exportPrivateKey(keys.privateKey)),
    cert: [leaf, authority.issuingCertificate].map((der) => encodePem('CERTIFICATE', der)).join(''),
  };
}

async function status(tls: AgentOptions): Promise<number | undefined> {
  const agent = new Agent({ ca, minVersion: 'TLSv1.3', maxCachedSessions: 0, ...tls });
  const { promise, resolve, reject } = Promise.withResolvers<number | undefined>();
  const options = { method: 'POST', agent, headers: { 'content-type': 'application/cbor' } };
  const sent = request(new URL('/records', hospital.url), options, (response) => {
    response.resume();
    resolve(response.statusCode);
  });
  sent.on('error', reject);
  sent.end(Buffer.of(0x80));
  return promise.finally(() => agent.destroy());
}

test('who has no certificate is served, and who shows one of ours', async () => {
  expect(await status({})).toBe(400);
  expect(await status(await client(hospital.ca))).toBe(400);
});

test('who shows a certificate of another authority is hung up on', async () => {
  const elsewhere = await startEstAuthority();
  await expect(status(await client(elsewhere))).rejects.toThrow();
  await elsewhere.close();
});

test('who shows a certificate that is revoked is hung up on', async () => {
  const tls = await client(hospital.ca);
  expect(await status(tls)).toBe(400);
  await hospital.ca.authority.revoke({ identity });
  await vi.waitFor(() => expect(status(tls)).rejects.toThrow(), { timeout: 10_000 });
});
