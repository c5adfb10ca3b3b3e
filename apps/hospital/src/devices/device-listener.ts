/**
 * The listener of the patients' secure elements: HTTPS on TLS 1.3 alone. It knows no session and no cookie: a
 * channel is the authority, so what TLS ends at (a proxy, an inspecting network) sees sealed records.
 */
import { createServer } from 'node:https';
import { encodePem, type IsRevoked } from '@vitalseal/certifying-authority';
import { type Bytes, handshakeMediaType } from '@vitalseal/protocol';
import Fastify, { type FastifyBaseLogger, type FastifyInstance, LogController } from 'fastify';
import { type AttestationRouteOptions, attestationRoute } from '../attestation/attestation-route.ts';
import { type CardRouteOptions, cardMediaTypes, cardRoute } from '../card-administration/card-route.ts';
import type { HandshakeResponder } from '../handshake/handshake-responder.ts';
import { mostBatchBytes } from '../intake/record-batch.ts';
import type { RecordIntake } from '../intake/record-intake.ts';
import { answerErrors } from '../listener/answer-errors.ts';
import { handshakeRoute } from '../listener/handshake-route.ts';
import { takeBytes } from '../listener/take-bytes.ts';
import type { AddressAllowance } from './address-allowance.ts';
import { refuseForeignCertificates } from './client-certificates.ts';
import { recordsPath, recordsRoute } from './records-route.ts';

export interface DeviceListenerOptions {
  readonly tls: { readonly key: string; readonly cert: string };
  /** Roots of those who may show a certificate, DER. */
  readonly anchors: readonly Bytes[];
  readonly isRevoked: IsRevoked;
  readonly handshake: HandshakeResponder;
  readonly intake: RecordIntake;
  /** Charged by each handshake message. */
  readonly handshakes: AddressAllowance;
  /** Charged by each record that no channel of ours opened. */
  readonly strangers: AddressAllowance;
  readonly cards: CardRouteOptions;
  readonly attestation: AttestationRouteOptions;
  readonly logger: FastifyBaseLogger;
}

export function deviceListener(options: DeviceListenerOptions): FastifyInstance {
  const { tls, anchors, isRevoked, handshake, intake, handshakes, strangers, cards, attestation, logger } = options;
  const secure = {
    key: tls.key,
    cert: tls.cert,
    minVersion: 'TLSv1.3',
    pskCallback: cards.door.pskCallback,
    // A patient's card shows its certificate; phones that have none are served as well: the channel is the authority.
    requestCert: true,
    rejectUnauthorized: false,
    ca: anchors.map((der) => encodePem('CERTIFICATE', der)),
    requestTimeout: 30_000,
    keepAliveTimeout: 75_000,
  } as const;
  const server = Fastify({
    https: secure,
    serverFactory: (others) => {
      const listener = createServer(secure, (request, response) => {
        if (request.url === recordsPath && request.method === 'POST') records(request, response);
        else others(request, response);
      });
      const records = recordsRoute({ intake, strangers, logger, isClosing: () => !listener.listening });
      return listener;
    },
    bodyLimit: mostBatchBytes,
    loggerInstance: logger,
    logController: new LogController({ disableRequestLogging: true }),
    // Requests have no number in the log: a logger for each would be made for nothing.
    childLoggerFactory: (parent) => parent,
    forceCloseConnections: 'idle',
  });
  refuseForeignCertificates(server.server, isRevoked);
  // HTTP/1.1 keeps a connection as it is (RFC 9112, 9.3), and to a card these 48 bytes are one more APDU with each answer.
  server.addHook('onRequest', (_request, reply, done) => {
    reply.raw.removeHeader('connection');
    done();
  });
  answerErrors(server);
  const { request: edhocRequest, response: edhocResponse } = handshakeMediaType;
  takeBytes(server, [edhocRequest, edhocResponse, ...cardMediaTypes]);
  handshakeRoute(server, { handshake, allowance: handshakes });
  cardRoute(server, cards);
  attestationRoute(server, attestation);
  return server;
}
