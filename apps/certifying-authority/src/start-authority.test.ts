import { execFile } from 'node:child_process';
import { writeFile } from 'node:fs/promises';
import { request } from 'node:https';
import { join } from 'node:path';
import { connect } from 'node:tls';
import { promisify } from 'node:util';
import {
  createEstClient,
  createRequest,
  createServerRequest,
  encodePem,
  enrol,
  exportPrivateKey,
  generateKeyPair,
  ownCredential,
  watchRevocations,
} from '@vitalseal/certifying-authority';
import { connectEst, rootedFetch } from '@vitalseal/certifying-authority/node';
import type { Identity } from '@vitalseal/protocol';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { newFolder } from './cli.fixture.ts';
import { type RunningAuthority, startAuthority } from './start-authority.ts';

const run = promisify(execFile);
const identity: Identity = { role: 'hospital', id: 'h-1' };

describe('a running authority', () => {
  let folder: Awaited<ReturnType<typeof newFolder>>;
  let running: RunningAuthority;
  beforeEach(async () => {
    folder = await newFolder();
    running = await startAuthority({ dataDir: join(folder.path, 'data'), createAs: 'Test' });
  });
  afterEach(async () => {
    await running.close();
    await folder.remove();
  });

  const enrolled = async () => {
    const { url, rootFingerprint, authority } = running;
    const { client, trust } = await connectEst({ url, rootFingerprint });
    const { code } = await authority.invite({ identity, serverNames: ['localhost'] });
    const keyPair = await generateKeyPair({ extractable: true });
    return { client, trust, keyPair, ...(await enrol(client, { keyPair, identity, code, rootFingerprint })) };
  };

  it('is the same authority when it is started again, and is not made without being asked', async () => {
    const { rootFingerprint } = running;
    await running.close();
    running = await startAuthority({ dataDir: join(folder.path, 'data') });
    expect(running.rootFingerprint).toBe(rootFingerprint);
    const missing = startAuthority({ dataDir: join(folder.path, 'missing') });
    await expect(missing).rejects.toMatchObject({ code: 'authority-missing' });
  });

  it('speaks TLS 1.3 only, with a certificate for its names under its own root', async () => {
    const root = join(folder.path, 'root.pem');
    await writeFile(root, encodePem('CERTIFICATE', running.rootCertificate));
    const target = `127.0.0.1:${running.port}`;
    const verify = ['-connect', target, '-CAfile', root, '-verify_return_error', '-verify_ip', '127.0.0.1', '-brief'];
    const { stderr } = await run('sh', ['-c', `echo | openssl s_client ${verify.join(' ')}`]);
    expect(stderr).toContain('Protocol version: TLSv1.3');
    expect(stderr).toContain('Verification: OK');
    await expect(run('sh', ['-c', `echo | openssl s_client -tls1_2 ${verify.join(' ')}`])).rejects.toThrow();
  });

  it('is not believed by a client with another root', async () => {
    const other = await startAuthority({ dataDir: join(folder.path, 'other'), createAs: 'Other' });
    const { url, rootFingerprint } = running;
    await expect(connectEst({ url, rootFingerprint: other.rootFingerprint })).rejects.toMatchObject({
      code: 'root-mismatch',
    });
    const strict = createEstClient({ url: other.url, fetch: rootedFetch(running.rootCertificate) });
    await expect(strict.cacerts()).rejects.toMatchObject({ code: 'est-unreachable' });
    expect(rootFingerprint).not.toBe(other.rootFingerprint);
    await other.close();
  });

  it('renews a certificate for the client certificate of the TLS connection, as RFC 7030 has it', async () => {
    const { chain, keyPair } = await enrolled();
    const csr = await createRequest(await generateKeyPair({ extractable: true }), identity);
    const body = encodePem('CERTIFICATE REQUEST', csr).split('\n').slice(1, -2).join('\n');
    const post = async (client: { cert?: string; key?: string }): Promise<number | undefined> => {
      const { promise, resolve, reject } = Promise.withResolvers<number | undefined>();
      const options = {
        method: 'POST',
        ca: encodePem('CERTIFICATE', running.rootCertificate),
        headers: { 'content-type': 'application/pkcs10' },
        ...client,
      };
      const sent = request(`${running.url}/.well-known/est/simplereenroll`, options, (response) => {
        response.resume();
        resolve(response.statusCode);
      });
      sent.on('error', reject);
      sent.end(body);
      return promise;
    };
    const cert = chain.map((der) => encodePem('CERTIFICATE', der)).join('');
    const key = encodePem('PRIVATE KEY', await exportPrivateKey(keyPair.privateKey));
    expect(await post({ cert, key })).toBe(200);
    expect(await post({})).toBe(403);
  });

  it('has a card of a patient certified for a hospital that is a registration authority', async () => {
    const { authority, url, rootFingerprint } = running;
    const { client } = await connectEst({ url, rootFingerprint });
    const hospital = { role: 'hospital', id: 'h-2' } as const;
    const { code } = await authority.invite({ identity: hospital, registrationAuthority: true });
    const keyPair = await generateKeyPair({ extractable: true });
    const { chain } = await enrol(client, { keyPair, identity: hospital, code, rootFingerprint });
    const [certificate] = chain;
    if (certificate === undefined) throw new Error('expected a certificate');
    const { sign } = ownCredential({ chain, privateKey: keyPair.privateKey, present: 'x5t' });
    const registrar = { certificate, sign };
    const csr = await createRequest(await generateKeyPair({ extractable: false }), { role: 'patient', id: 'p-1' });
    const registered = await client.simpleEnrollFor(csr, registrar);
    await client.revoke(registered, registrar);
    expect((await authority.list()).filter(({ state }) => state === 'revoked')).toHaveLength(1);
    await expect(client.simpleEnrollFor(csr, registrar)).rejects.toMatchObject({ code: 'revoked' });
  });

  it("gives a hospital the certificate of its TLS server, within its invitation's names", async () => {
    const { client, chain, keyPair } = await enrolled();
    const [certificate] = chain;
    if (certificate === undefined) throw new Error('expected a certificate');
    const { sign } = ownCredential({ chain, privateKey: keyPair.privateKey, present: 'x5t' });
    const serverKey = await generateKeyPair({ extractable: true });
    const holder = { certificate, sign };
    expect(
      (await client.serverEnroll(await createServerRequest(serverKey, ['localhost']), holder)).length,
    ).toBeGreaterThan(0);
    const elsewhere = client.serverEnroll(await createServerRequest(serverKey, ['elsewhere.example']), holder);
    await expect(elsewhere).rejects.toMatchObject({ code: 'server-name-refused' });
  });

  it('tells a watch of a revocation, and of a stop', async () => {
    const { client, trust } = await enrolled();
    const revoked = Promise.withResolvers<void>();
    const cut = Promise.withResolvers<void>();
    const [issuing] = trust.issuing;
    if (issuing === undefined) throw new Error('expected an issuing authority');
    const watch = await watchRevocations({
      estClient: client,
      root: trust.root,
      issuing,
      onCrl: (list) => (list.revoked.size > 0 ? revoked.resolve() : undefined),
      onProblem: () => cut.resolve(),
      retry: { first: 1, most: 10 },
    });
    await watch.ready;
    await running.authority.revoke({ identity });
    await revoked.promise;
    await running.close();
    await cut.promise;
    await watch.close();
    running = await startAuthority({ dataDir: join(folder.path, 'data') });
  });

  it('refuses a body that is too large with its status and a code, and goes on', async () => {
    const { promise, resolve, reject } = Promise.withResolvers<[number | undefined, string]>();
    const options = {
      method: 'POST',
      ca: encodePem('CERTIFICATE', running.rootCertificate),
      headers: { 'content-type': 'application/pkcs10' },
    };
    const sent = request(`${running.url}/.well-known/est/simpleenroll`, options, (response) => {
      let text = '';
      response.on('data', (chunk: Buffer) => (text += chunk.toString()));
      response.on('end', () => resolve([response.statusCode, text]));
    });
    sent.on('error', reject);
    sent.end(Buffer.alloc(100_000, 'A'));
    expect(await promise).toEqual([413, expect.stringContaining('(too-large)')]);
    expect((await enrolled()).chain).toHaveLength(2);
  });

  it('outlives connections that say nothing or nonsense', async () => {
    const idle = connect({ port: running.port, host: '127.0.0.1', rejectUnauthorized: false });
    const rude = connect({ port: running.port, host: '127.0.0.1', rejectUnauthorized: false });
    rude.on('error', () => undefined);
    idle.on('error', () => undefined);
    rude.on('secureConnect', () => rude.write('\0\xff not HTTP at all\r\n\r\n'));
    expect((await enrolled()).chain).toHaveLength(2);
    idle.destroy();
    rude.destroy();
  });
});
