// A hospital that administers cards, for tests of the card: Amendment B behind node:https, TLS 1.3 under pre-shared keys
// beside its certificate, and ways to be cut off.

import type { IncomingMessage, ServerResponse } from 'node:http';
import { createServer, type Server } from 'node:https';
import type { Socket } from 'node:net';
import { encodePem } from '@vitalseal/certifying-authority';
import type { Bytes } from '@vitalseal/protocol';
import { decodePskIdentity } from '@vitalseal/uicc/global-platform';
import type { CertifiedWorld } from '../testing/certified-world.ts';
import type { CarriedAdministration } from './administration-carrier.ts';
import { ScriptDesk } from './script-desk.fixture.ts';

/** What becomes of the next request: cut before it is read, or after it, before the answer. */
export type Mishap = 'cut-before' | 'cut-after';

export class AdministeringHospital extends ScriptDesk {
  readonly #server: Server;
  /** By administration id and version of the key. */
  readonly keys = new Map<string, Bytes>();
  readonly requests: IncomingMessage['headers'][] = [];
  readonly identities: string[] = [];
  /** At each request in turn. */
  mishaps: (Mishap | undefined)[] = [];
  /** Answered in place of what is right. */
  lie: CarriedAdministration | undefined;

  private constructor(server: Server) {
    super();
    this.#server = server;
    server.on('request', (request, response) => void this.#serve(request, response));
    server.on('secureConnection', (socket: Socket) => socket.on('error', () => {}));
  }

  /** @param underKeys false: a server with a certificate alone, as whoever stands in between has */
  static async listen(world: CertifiedWorld, { underKeys = true } = {}): Promise<AdministeringHospital> {
    const { chain, privateKey } = await world.server();
    const holder: { hospital?: AdministeringHospital } = {};
    const server = createServer({
      key: encodePem('PRIVATE KEY', privateKey),
      cert: chain.map((der) => encodePem('CERTIFICATE', der)).join(''),
      minVersion: 'TLSv1.3',
      ...(underKeys && { pskCallback: (_: unknown, identity: string) => holder.hospital?.keyOf(identity) ?? null }),
    });
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    holder.hospital = new AdministeringHospital(server);
    return holder.hospital;
  }

  get port(): number {
    const address = this.#server.address();
    return typeof address === 'object' && address ? address.port : 0;
  }

  keyOf(text: string): NodeJS.ArrayBufferView | undefined {
    this.identities.push(text);
    const identity = decodePskIdentity(text);
    return identity && this.keys.get(`${identity.administrationId}/${identity.keyVersion}`);
  }

  async close(): Promise<void> {
    const closed = new Promise((resolve) => this.#server.close(resolve));
    this.#server.closeAllConnections();
    await closed;
  }

  async #serve(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const mishap = this.mishaps.shift();
    if (mishap === 'cut-before') return void request.socket.destroy();
    const chunks: Buffer[] = [];
    for await (const chunk of request) chunks.push(chunk as Buffer);
    this.requests.push(request.headers);
    const body = new Uint8Array(Buffer.concat(chunks));
    const headers = Object.fromEntries(
      Object.entries(request.headers).flatMap(([name, value]) => (typeof value === 'string' ? [[name, value]] : [])),
    );
    const right = this.answer({ path: request.url ?? '', headers, body });
    if (mishap === 'cut-after') return void request.socket.destroy();
    const answer = this.lie ?? right;
    response.writeHead(answer.status, { ...answer.headers }).end(answer.body);
  }
}
