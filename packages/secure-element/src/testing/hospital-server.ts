// A hospital for tests of the card: the real protocol behind node:https with TLS 1.3 that asks for the card's certificate,
// a store in memory, and ways to be away, busy or cut off.

import type { IncomingMessage, ServerResponse } from 'node:http';
import { createServer, type Server, type ServerOptions } from 'node:https';
import type { Socket } from 'node:net';
import { encodePem } from '@vitalseal/certifying-authority';
import { errorMessageFor, handshakeMediaType } from '@vitalseal/protocol';
import type { CertifiedWorld } from './certified-world.ts';
import type { RespondingHospital } from './responding-hospital.ts';

/** What becomes of the next batch: its answer is cut off, the connection is reset before it is read, or nothing comes. */
export type Mishap = 'answer-cut' | 'reset' | 'silence';

export interface HospitalServerOptions {
  readonly hospital: RespondingHospital;
  /** Certifies the server. */
  readonly world: CertifiedWorld;
  readonly port?: number;
  readonly tls?: ServerOptions;
}

export class HospitalServer {
  readonly #hospital: RespondingHospital;
  readonly #server: Server;
  readonly #sockets = new Set<Socket>();
  connections = 0;
  resumed = 0;
  posts = 0;
  /** Answers 503 with this Retry-After while it is set. */
  busySeconds: number | undefined;
  mishap: Mishap | undefined;
  /** Of each answer comes a byte now and then, and no end. */
  drips = false;
  /** The last request's Host. */
  host: string | undefined;
  /** Names in the certificates that clients showed. */
  readonly clients: string[] = [];

  private constructor(hospital: RespondingHospital, server: Server) {
    this.#hospital = hospital;
    this.#server = server;
    server.on('request', (request, response) => void this.#answer(request, response));
    server.on('connection', (socket: Socket) => {
      this.#sockets.add(socket);
      socket.once('close', () => this.#sockets.delete(socket));
    });
    server.on('secureConnection', (socket) => {
      this.connections += 1;
      if (socket.isSessionReused()) this.resumed += 1;
      const { subjectaltname } = socket.getPeerCertificate();
      if (subjectaltname) this.clients.push(subjectaltname);
    });
  }

  static async listen({ hospital, world, port = 0, tls }: HospitalServerOptions): Promise<HospitalServer> {
    const { chain, privateKey } = await world.server();
    const server = createServer({
      key: encodePem('PRIVATE KEY', privateKey),
      cert: chain.map((der) => encodePem('CERTIFICATE', der)).join(''),
      ca: encodePem('CERTIFICATE', world.root),
      minVersion: 'TLSv1.3',
      requestCert: true,
      rejectUnauthorized: true,
      ...tls,
    });
    await new Promise<void>((resolve) => server.listen(port, '127.0.0.1', resolve));
    return new HospitalServer(hospital, server);
  }

  get port(): number {
    const address = this.#server.address();
    return typeof address === 'object' && address ? address.port : 0;
  }

  /** As an idle timeout does: the connections end, the server stays. */
  closeConnections(): void {
    this.#server.closeAllConnections();
  }

  /** RST in place of FIN. */
  resetConnections(): void {
    for (const socket of this.#sockets) socket.resetAndDestroy();
  }

  async close(): Promise<void> {
    const closed = new Promise((resolve) => this.#server.close(resolve));
    this.#server.closeAllConnections();
    await closed;
  }

  async #answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
    // As the hospital's own listener: no head that the card has no use for.
    response.removeHeader('connection');
    const chunks: Buffer[] = [];
    try {
      for await (const chunk of request) chunks.push(chunk as Buffer);
    } catch {
      return;
    }
    const body = new Uint8Array(Buffer.concat(chunks));
    this.host = request.headers.host;
    if (this.drips) drip(response);
    else if (this.busySeconds !== undefined) {
      response.writeHead(503, { 'retry-after': String(this.busySeconds) }).end();
    } else if (request.url === '/edhoc') {
      await this.#hospital.edhoc(body).then(
        (answer) => send(response, 200, handshakeMediaType.response, answer),
        (error: unknown) => send(response, 400, handshakeMediaType.response, errorMessageFor(error)),
      );
    } else if (request.url === '/records') {
      await this.#records(body, response);
    } else if (request.url === '/attestation') {
      // Keys in software: nothing to prove.
      response.writeHead(404).end();
    } else {
      send(response, 200, 'application/octet-stream', body);
    }
  }

  async #records(body: Uint8Array<ArrayBuffer>, response: ServerResponse): Promise<void> {
    const { mishap } = this;
    this.mishap = undefined;
    this.posts += 1;
    if (mishap === 'reset') return this.resetConnections();
    const answer = await this.#hospital.records(body);
    if (mishap === 'silence') return;
    if (mishap === 'answer-cut') response.socket?.destroy();
    else send(response, 200, 'application/cbor', answer);
  }
}

function send(response: ServerResponse, status: number, type: string, body: Uint8Array): void {
  response.writeHead(status, { 'content-type': type, 'content-length': body.length }).end(body);
}

function drip(response: ServerResponse): void {
  response.writeHead(200, { 'content-length': 100_000 });
  const drops = setInterval(() => response.write('.'), 10);
  response.once('close', () => clearInterval(drops));
}
