// The EST service behind HTTPS: TLS 1.3 only, bounded bodies and rates. A client certificate is asked for and not
// required; TLS proves that its key is held, the authority's ledger decides whether it is one of ours.
import { TLSSocket } from 'node:tls';
import rateLimit from '@fastify/rate-limit';
import { type Authority, EstService, maximumEstBody } from '@vitalseal/certifying-authority';
import { makeCredential } from '@vitalseal/tpm';
import fastify, { type FastifyInstance, type FastifyRequest } from 'fastify';
import type { Logger } from 'pino';
import type { ServerIdentity } from './server-identity.ts';

/** For each address and minute. A code has 140 bits, so this guards the machine's time, not the codes. */
const requestsPerMinute = 1200;

export interface EstServer {
  /** @returns the port */
  listen(options: { host: string; port: number }): Promise<number>;
  useIdentity(identity: ServerIdentity): void;
  close(): Promise<void>;
}

export async function createEstServer(
  authority: Authority,
  { identity, log }: { identity: ServerIdentity; log: Logger },
): Promise<EstServer> {
  const service = new EstService(authority, { makeCredential });
  const tls = { minVersion: 'TLSv1.3', requestCert: true, rejectUnauthorized: false } as const;
  const app = fastify({
    https: { ...tls, key: identity.key, cert: identity.cert },
    bodyLimit: maximumEstBody,
    requestTimeout: 15_000,
    forceCloseConnections: 'idle',
    logger: false,
  });
  await app.register(rateLimit, { max: requestsPerMinute, timeWindow: 60_000 });
  addRoutes(app, service, log);
  app.addHook('preClose', async () => service.close());
  return {
    async listen({ host, port }) {
      await app.listen({ host, port });
      const address = app.server.address();
      return typeof address === 'object' && address !== null ? address.port : port;
    },
    useIdentity({ key, cert }) {
      app.server.setSecureContext({ minVersion: 'TLSv1.3', key, cert });
    },
    close: () => app.close(),
  };
}

function addRoutes(app: FastifyInstance, service: EstService, log: Logger): void {
  app.removeAllContentTypeParsers();
  app.addContentTypeParser('*', { parseAs: 'buffer' }, (_request, body, done) => done(null, body));
  app.setErrorHandler((error: Error & { statusCode?: number }, _request, reply) => {
    const status = error.statusCode ?? 500;
    if (status >= 500) log.error({ error: error.name, reason: error.message }, 'a request failed');
    const text =
      status === 413 ? 'expected a shorter body (too-large)' : `expected a request that can be served (est-failed)`;
    return reply.code(status).type('text/plain; charset=utf-8').send(`${text}\n`);
  });
  app.all('/*', async (request, reply) => {
    const gone = new AbortController();
    reply.raw.once('close', () => gone.abort());
    const { status, headers, body } = await service.handle({
      method: request.method,
      url: request.url,
      contentType: request.headers['content-type'],
      authorization: request.headers.authorization,
      body: Buffer.isBuffer(request.body) ? new Uint8Array(request.body) : new Uint8Array(),
      clientCertificate: clientCertificate(request),
      signal: gone.signal,
    });
    log.info({ method: request.method, path: request.url.split('?')[0], status }, 'answered');
    return reply.code(status).headers(headers).send(Buffer.from(body));
  });
}

function clientCertificate({ raw }: FastifyRequest): Uint8Array<ArrayBuffer> | undefined {
  if (!(raw.socket instanceof TLSSocket)) return undefined;
  const certificate = raw.socket.getPeerCertificate();
  return certificate?.raw === undefined ? undefined : new Uint8Array(certificate.raw);
}
