// Whoever stands in front of a hospital: a proxy, a cache, a machine that somebody broke into. It passes on what it is asked,
// until it is told to answer otherwise, or to be away.

import { createServer, type IncomingMessage, request, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';

export type Answer = { readonly body: string | Uint8Array; readonly headers?: Record<string, string> };

export class Front {
  /** What is answered instead, by path. */
  readonly instead = new Map<string, Answer | 'cut'>();
  /** What is waited for before it is answered, by path. */
  readonly before = new Map<string, Promise<void>>();
  /** What was asked for, in order. */
  readonly asked: string[] = [];
  readonly #server: Server;
  readonly #port: number;
  #target: string | undefined;

  private constructor(server: Server) {
    this.#server = server;
    this.#port = (server.address() as AddressInfo).port;
    server.on('request', async (incoming: IncomingMessage, outgoing: ServerResponse) => {
      const path = new URL(incoming.url ?? '/', this.url).pathname;
      this.asked.push(path);
      await this.before.get(path);
      this.#answer(path, incoming, outgoing);
    });
  }

  static async open(): Promise<Front> {
    const server = createServer();
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    return new Front(server);
  }

  get url(): string {
    return `http://127.0.0.1:${this.#port}`;
  }

  leadsTo(url: string): void {
    this.#target = url;
  }

  /** Every connection is cut, and each new one, until it leads somewhere again. */
  goAway(): void {
    this.#target = undefined;
    this.#server.closeAllConnections();
  }

  async close(): Promise<void> {
    this.#server.closeAllConnections();
    await new Promise<void>((resolve) => this.#server.close(() => resolve()));
  }

  #answer(path: string, incoming: IncomingMessage, outgoing: ServerResponse): void {
    const instead = this.instead.get(path);
    if (this.#target === undefined || instead === 'cut') {
      incoming.socket.destroy();
      return;
    }
    if (instead !== undefined) {
      outgoing.writeHead(200, { 'cache-control': 'no-store', ...instead.headers }).end(instead.body);
      return;
    }
    const { method, headers } = incoming;
    const passed = request(new URL(incoming.url ?? '/', this.#target), { method, headers }, (answer) => {
      outgoing.writeHead(answer.statusCode ?? 502, answer.headers);
      answer.pipe(outgoing);
    });
    passed.on('error', () => outgoing.destroy());
    incoming.pipe(passed);
  }
}
