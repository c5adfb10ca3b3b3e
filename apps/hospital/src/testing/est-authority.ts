/** A certifying authority that answers over HTTPS, in this process: for tests of revocation and of enrolment. */
import { createServer } from 'node:https';
import type { AddressInfo, Socket } from 'node:net';
import { TLSSocket } from 'node:tls';
import {
  Authority,
  createRequest,
  createServerRequest,
  EstService,
  encodePem,
  exportPrivateKey,
  generateKeyPair,
  memoryStore,
  ownCredential,
} from '@vitalseal/certifying-authority';
import type { Identity, OwnCredential } from '@vitalseal/protocol';
import { makeCredential } from '@vitalseal/tpm';

export interface EstAuthority {
  readonly authority: Authority;
  readonly url: string;
  /** A certificate for this identity, straight from the authority. */
  enrol(identity: Identity): Promise<OwnCredential>;
  /** It is asked, and answers nobody until what is returned is called. */
  hold(): () => void;
  close(): Promise<void>;
}

function clientCertificate(socket: Socket): Uint8Array<ArrayBuffer> | undefined {
  const certificate = socket instanceof TLSSocket ? socket.getPeerCertificate() : undefined;
  return certificate?.raw === undefined ? undefined : new Uint8Array(certificate.raw);
}

export async function startEstAuthority(): Promise<EstAuthority> {
  const authority = await Authority.init({ store: memoryStore(), name: 'Test' });
  const service = new EstService(authority, { makeCredential });
  const names = ['localhost', '127.0.0.1'];
  const keyPair = await generateKeyPair({ extractable: true });
  const certificate = await authority.issueServerCertificate(await createServerRequest(keyPair, names), names);
  let held = Promise.resolve();
  const server = createServer(
    {
      key: encodePem('PRIVATE KEY', await exportPrivateKey(keyPair.privateKey)),
      cert: encodePem('CERTIFICATE', certificate) + encodePem('CERTIFICATE', authority.issuingCertificate),
      minVersion: 'TLSv1.3',
      requestCert: true,
      rejectUnauthorized: false,
    },
    (request, response) => {
      const chunks: Buffer[] = [];
      const gone = new AbortController();
      response.on('close', () => gone.abort());
      request.on('data', (chunk: Buffer) => chunks.push(chunk));
      request.on('end', async () => {
        await held;
        const { status, headers, body } = await service.handle({
          method: request.method ?? 'GET',
          url: request.url ?? '/',
          contentType: request.headers['content-type'],
          authorization: request.headers.authorization,
          body: new Uint8Array(Buffer.concat(chunks)),
          clientCertificate: clientCertificate(request.socket),
          signal: gone.signal,
        });
        response.writeHead(status, headers).end(body);
      });
    },
  );
  const { promise, resolve } = Promise.withResolvers<void>();
  server.listen(0, '127.0.0.1', resolve);
  await promise;
  return {
    authority,
    url: `https://127.0.0.1:${(server.address() as AddressInfo).port}`,
    async enrol(identity) {
      const own = await generateKeyPair({ extractable: true });
      const { code } = await authority.invite({
        identity,
        ...(identity.role === 'hospital' ? { serverNames: names } : {}),
      });
      const leaf = await authority.enrol(await createRequest(own, identity), { identity, code });
      const chain = [leaf, authority.issuingCertificate];
      return ownCredential({ chain, privateKey: own.privateKey, present: 'x5chain' });
    },
    hold() {
      const { promise, resolve } = Promise.withResolvers<void>();
      held = promise;
      return resolve;
    },
    async close() {
      service.close();
      server.closeAllConnections();
      const closed = Promise.withResolvers<void>();
      server.close(() => closed.resolve());
      await closed.promise;
    },
  };
}
