// A hospital for tests: the real protocol over real TLS 1.3, a store in memory, and ways to be away, busy or cut off.

import type { IncomingMessage, ServerResponse } from 'node:http';
import { createServer, type Server } from 'node:https';
import { encodePem } from '@vitalseal/certifying-authority';
import { errorMessageFor, handshakeMediaType } from '@vitalseal/protocol';
import { type CertifiedWorld, hospitalIdentity, RespondingHospital } from '@vitalseal/secure-element/testing';

export class TlsHospital {
  readonly hospital: RespondingHospital;
  readonly #server: Server;
  posts = 0;
  connections = 0;
  /** Answers 503 with this Retry-After while it is set. */
  busySeconds: number | undefined;
  /** Takes the next batch, and cuts the connection instead of answering. */
  cutNextAnswer = false;
  readonly wire: Buffer[] = [];

  private constructor(hospital: RespondingHospital, server: Server) {
    this.hospital = hospital;
    this.#server = server;
    server.on('request', (request, response) => void this.#answer(request, response));
    server.on('secureConnection', () => this.connections++);
  }

  static async listen(
    world: CertifiedWorld,
    options: { port?: number; hospital?: RespondingHospital; tlsWorld?: CertifiedWorld } = {},
  ): Promise<TlsHospital> {
    const { chain, privateKey } = await (options.tlsWorld ?? world).server();
    const party = await world.party(hospitalIdentity);
    const hospital = options.hospital ?? new RespondingHospital({ party, root: world.root, now: Date.now });
    const server = createServer({
      key: encodePem('PRIVATE KEY', privateKey),
      cert: chain.map((der) => encodePem('CERTIFICATE', der)).join(''),
      minVersion: 'TLSv1.3',
    });
    await new Promise<void>((resolve) => server.listen(options.port ?? 0, '127.0.0.1', resolve));
    return new TlsHospital(hospital, server);
  }

  get port(): number {
    const address = this.#server.address();
    return typeof address === 'object' && address ? address.port : 0;
  }

  get url(): string {
    return `https://127.0.0.1:${this.port}`;
  }

  async close(): Promise<void> {
    const closed = new Promise((resolve) => this.#server.close(resolve));
    this.#server.closeAllConnections();
    await closed;
  }

  async #answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const chunks: Buffer[] = [];
    for await (const chunk of request) chunks.push(chunk as Buffer);
    const body = new Uint8Array(Buffer.concat(chunks));
    this.wire.push(Buffer.from(body));
    if (this.busySeconds !== undefined) {
      response.writeHead(503, { 'retry-after': String(this.busySeconds) }).end();
    } else if (request.url === '/edhoc') {
      await this.hospital.edhoc(body).then(
        (answer) => response.writeHead(200, { 'content-type': handshakeMediaType.response }).end(answer),
        (error: unknown) => response.writeHead(400).end(errorMessageFor(error)),
      );
    } else if (request.url === '/attestation') {
      response.writeHead(404).end();
    } else {
      this.posts += 1;
      const answer = await this.hospital.records(body);
      if (this.cutNextAnswer) {
        this.cutNextAnswer = false;
        request.socket.destroy();
      } else response.writeHead(200, { 'content-type': 'application/cbor' }).end(answer);
    }
  }
}
