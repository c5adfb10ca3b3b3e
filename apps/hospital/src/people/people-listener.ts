/**
 * The listener of the pages and of what watches the hospital. Plain HTTP on the loopback interface alone, TLS 1.3
 * otherwise; either way what it carries of patients is sealed on a clinician's channel.
 */
import { existsSync } from 'node:fs';
import type { OutgoingHttpHeaders, ServerResponse } from 'node:http';
import fastifyStatic from '@fastify/static';
import type { EstFetch } from '@vitalseal/certifying-authority';
import { type Bytes, handshakeMediaType } from '@vitalseal/protocol';
import Fastify, { type FastifyBaseLogger, type FastifyInstance, LogController } from 'fastify';
import { type AttestationRouteOptions, attestationRoute } from '../attestation/attestation-route.ts';
import { forwardEst } from '../authority/forward-est.ts';
import type { BuiltPages } from '../composition/hospital-options.ts';
import type { AddressAllowance } from '../devices/address-allowance.ts';
import { HospitalError } from '../errors.ts';
import type { HandshakeResponder } from '../handshake/handshake-responder.ts';
import { answerErrors } from '../listener/answer-errors.ts';
import { handshakeRoute } from '../listener/handshake-route.ts';
import { takeBytes } from '../listener/take-bytes.ts';
import { type PhoneRoutesOptions, phoneRoutes } from '../phones/phone-routes.ts';
import { codeOf } from '../refusal.ts';
import type { SignInDesk } from '../sign-in/sign-in-desk.ts';
import { signInRoutes } from '../sign-in/sign-in-routes.ts';
import type { AppPage } from './app-page.ts';
import { securityHeaders } from './security-headers.ts';

export interface PeopleListenerOptions {
  /** Left out: plain HTTP, for the loopback interface. */
  readonly tls?: { readonly key: string; readonly cert: string } | undefined;
  readonly handshake: HandshakeResponder;
  readonly handshakes: AddressAllowance;
  readonly strangers: AddressAllowance;
  readonly enrolments: AddressAllowance;
  readonly signIn: { readonly desk: SignInDesk; readonly allowance: AddressAllowance };
  readonly attestation: AttestationRouteOptions;
  /** What patients' apps bring. */
  readonly phones: PhoneRoutesOptions;
  /** Answers one sealed message. */
  readonly message: (record: Bytes) => Promise<Bytes>;
  /** Opens a live feed on the raw response. */
  readonly stream: (record: Bytes, output: ServerResponse, headers: OutgoingHttpHeaders) => Promise<void>;
  readonly authority?: { readonly url: string; readonly fetch: EstFetch } | undefined;
  readonly pages: BuiltPages;
  readonly app?: AppPage | undefined;
  readonly health: () => Promise<{ readonly ok: boolean }>;
  readonly metrics: () => Promise<{ readonly type: string; readonly text: string }>;
  readonly logger: FastifyBaseLogger;
}

export const recordMediaType = 'application/cose';
const messageLimit = 16_384;
const strangerCodes = new Set(['authentication-failed', 'channel-unknown', 'record-malformed', 'record-replayed']);

export async function peopleListener(options: PeopleListenerOptions): Promise<FastifyInstance> {
  const { tls, handshake, handshakes, strangers, enrolments, attestation, authority, pages, logger } = options;
  const server = fastify(tls, logger);
  securityHeaders(server, { tls: tls !== undefined });
  answerErrors(server);
  takeBytes(server, [
    'application/cbor',
    recordMediaType,
    handshakeMediaType.request,
    handshakeMediaType.response,
    'application/pkcs10',
  ]);
  handshakeRoute(server, { handshake, allowance: handshakes });
  attestationRoute(server, attestation);
  await phoneRoutes(server, options.phones);
  await signInRoutes(server, options.signIn);
  if (authority !== undefined) forwardEst(server, { ...authority, allowance: enrolments });

  /** A record that no channel opens is charged to its address. */
  async function charged<Result>(ip: string, work: () => Promise<Result>): Promise<Result> {
    if (!strangers.hasSome(ip)) throw new HospitalError('rate-limited', 'expected fewer records that no channel opens');
    try {
      return await work();
    } catch (error) {
      if (strangerCodes.has(codeOf(error) ?? '')) strangers.charge(ip);
      throw error;
    }
  }

  server.post('/step3/message', { bodyLimit: messageLimit }, async (request, reply) => {
    const answer = await charged(request.ip, () => options.message(new Uint8Array(request.body as Bytes)));
    reply.type(recordMediaType).header('cache-control', 'no-store');
    return Buffer.from(answer);
  });
  server.post('/step3/stream', { bodyLimit: messageLimit }, async (request, reply) => {
    const record = new Uint8Array(request.body as Bytes);
    await charged(request.ip, () => options.stream(record, reply.raw, reply.getHeaders() as OutgoingHttpHeaders));
    reply.hijack();
  });
  server.get('/healthz', async (_request, reply) => {
    const health = await options.health();
    return reply
      .code(health.ok ? 200 : 503)
      .header('cache-control', 'no-store')
      .send(health);
  });
  server.get('/metrics', async (_request, reply) => {
    const { type, text } = await options.metrics();
    return reply.type(type).header('cache-control', 'no-store').send(text);
  });
  const { doctor, ambulance, office } = pages;
  for (const [name, folder] of Object.entries({ doctor, ambulance, office })) {
    await servePage(server, `/${name}/`, folder);
  }
  options.app?.serve(server);
  return server;
}

function fastify(tls: PeopleListenerOptions['tls'], logger: FastifyBaseLogger): FastifyInstance {
  const common = {
    bodyLimit: 16_384,
    loggerInstance: logger,
    logController: new LogController({ disableRequestLogging: true }),
    // Requests have no number in the log: a logger for each would be made for nothing.
    childLoggerFactory: (parent: FastifyBaseLogger) => parent,
    requestTimeout: 30_000,
    forceCloseConnections: 'idle',
  } as const;
  if (tls === undefined) return Fastify(common);
  return Fastify({
    ...common,
    https: { key: tls.key, cert: tls.cert, minVersion: 'TLSv1.3' },
  }) as unknown as FastifyInstance;
}

async function servePage(server: FastifyInstance, prefix: string, folder: string | undefined): Promise<void> {
  if (folder === undefined) return;
  if (!existsSync(folder)) throw new HospitalError('invalid-option', 'expected a folder of built pages');
  await server.register(fastifyStatic, {
    root: folder,
    prefix,
    decorateReply: false,
    redirect: true,
    index: 'index.html',
    dotfiles: 'deny',
    // The page's files are named by their content; the page itself is asked for each time.
    setHeaders: (reply, path) => {
      const lasting = /\/assets\//.test(path);
      reply.header('cache-control', lasting ? 'public, max-age=31536000, immutable' : 'no-cache');
    },
  });
}
