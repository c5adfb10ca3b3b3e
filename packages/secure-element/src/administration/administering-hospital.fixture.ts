// A hospital that administers cards, for tests of the card: Amendment B behind node:https, TLS 1.3 under pre-shared keys
// beside its certificate, scripts in a queue, and ways to be cut off.

import type { IncomingMessage, ServerResponse } from 'node:http';
import { createServer, type Server } from 'node:https';
import type { Socket } from 'node:net';
import { encodePem } from '@vitalseal/certifying-authority';
import type { Bytes } from '@vitalseal/protocol';
import { type CommandApdu, decodeResponse, encodeCommand, type ResponseApdu } from '@vitalseal/uicc';
import {
  administrationHeaders,
  commandScriptMediaType,
  decodePskIdentity,
  decodeResponseScript,
  encodeCommandScript,
  formatApplicationUri,
} from '@vitalseal/uicc/global-platform';
import type { CertifiedWorld } from '../testing/certified-world.ts';
import { administrationPath } from './administration-session.ts';

export interface QueuedScript {
  readonly commands: readonly CommandApdu[];
  /** The issuer security domain without one. */
  readonly target?: Bytes;
}

export interface AnsweredScript {
  readonly status: string | undefined;
  readonly responses: readonly ResponseApdu[];
}

/** What becomes of the next request: cut before it is read, or after it, before the answer. */
export type Mishap = 'cut-before' | 'cut-after';

export class AdministeringHospital {
  readonly #server: Server;
  readonly #sockets = new Set<Socket>();
  readonly #queue: QueuedScript[] = [];
  /** By administration id and version of the key. */
  readonly keys = new Map<string, Bytes>();
  readonly answered: AnsweredScript[] = [];
  readonly requests: IncomingMessage['headers'][] = [];
  readonly identities: string[] = [];
  /** At each request in turn. */
  mishaps: (Mishap | undefined)[] = [];
  /** Answered in place of a script. */
  lie: { status: number; headers: Record<string, string>; body: Bytes } | undefined;
  #next = 0;

  private constructor(server: Server) {
    this.#server = server;
    server.on('request', (request, response) => void this.#answer(request, response));
    server.on('secureConnection', (socket: Socket) => {
      this.#sockets.add(socket);
      socket.once('close', () => this.#sockets.delete(socket));
      socket.on('error', () => {});
    });
  }

  static async listen(world: CertifiedWorld, { tls13Psk = true } = {}): Promise<AdministeringHospital> {
    const { chain, privateKey } = await world.server();
    const holder: { hospital?: AdministeringHospital } = {};
    const server = createServer({
      key: encodePem('PRIVATE KEY', privateKey),
      cert: chain.map((der) => encodePem('CERTIFICATE', der)).join(''),
      minVersion: 'TLSv1.3',
      ...(tls13Psk && { pskCallback: (_: unknown, identity: string) => holder.hospital?.keyOf(identity) ?? null }),
    });
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    holder.hospital = new AdministeringHospital(server);
    return holder.hospital;
  }

  get port(): number {
    const address = this.#server.address();
    return typeof address === 'object' && address ? address.port : 0;
  }

  /** Scripts that the card has not answered. */
  get waiting(): number {
    return this.#queue.length - this.#next;
  }

  send(script: QueuedScript): void {
    this.#queue.push(script);
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

  async #answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const mishap = this.mishaps.shift();
    if (mishap === 'cut-before') {
      request.socket.destroy();
      return;
    }
    const chunks: Buffer[] = [];
    for await (const chunk of request) chunks.push(chunk as Buffer);
    this.requests.push(request.headers);
    this.#take(request, new Uint8Array(Buffer.concat(chunks)));
    if (mishap === 'cut-after') {
      request.socket.destroy();
      return;
    }
    if (this.lie) {
      const { status, headers, body } = this.lie;
      response.writeHead(status, headers).end(body);
      return;
    }
    const script = this.#queue[this.#next];
    if (!script) {
      response.writeHead(204).end();
      return;
    }
    response.writeHead(200, {
      'Content-Type': commandScriptMediaType,
      [administrationHeaders.nextUri]: `${administrationPath}?script=${this.#next}`,
      ...(script.target && { [administrationHeaders.targetedApplication]: formatApplicationUri(script.target) }),
    });
    response.end(encodeCommandScript(script.commands.map(encodeCommand)));
  }

  /** An answer that came before is known already. */
  #take(request: IncomingMessage, body: Bytes): void {
    const [, number] = /\?script=(\d+)$/.exec(request.url ?? '') ?? [];
    if (number === undefined || Number(number) !== this.#next) return;
    const { responses } = body.length > 0 ? decodeResponseScript(body) : { responses: [] };
    const status = request.headers[administrationHeaders.scriptStatus.toLowerCase()];
    this.answered.push({ status: String(status), responses: responses.map(decodeResponse) });
    this.#next += 1;
  }
}
