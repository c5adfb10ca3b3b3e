// Loads a server: so many TLS connections, each with its next request as soon as the last was answered. Requests are
// whole bytes prepared beforehand and answers are only counted, so that the load costs less than what it measures.

import { connect, type TLSSocket } from 'node:tls';
import type { LoadPlan } from './protocol.ts';

const endOfHead = Buffer.from('\r\n\r\n');

export class LoadedConnection {
  readonly #socket: TLSSocket;
  readonly #requests: readonly Uint8Array[];
  #next = 0;
  #until = 0;
  #left = 0;
  #head: Buffer = Buffer.alloc(0);
  #done: (() => void) | undefined;
  #failed: ((error: Error) => void) | undefined;

  private constructor(socket: TLSSocket, requests: readonly Uint8Array[]) {
    this.#socket = socket;
    this.#requests = requests;
    socket.on('data', (chunk) => this.#take(chunk));
    socket.on('error', (error) => this.#failed?.(error));
    socket.on('close', () => this.#failed?.(new Error('expected a connection that stays')));
  }

  static async open({ port, tls, requests }: LoadPlan): Promise<LoadedConnection> {
    const { promise, resolve, reject } = Promise.withResolvers<void>();
    const socket = connect(
      { host: '127.0.0.1', port, servername: 'localhost', ...tls, minVersion: 'TLSv1.3' },
      resolve,
    );
    socket.setNoDelay(true);
    socket.once('error', reject);
    await promise;
    return new LoadedConnection(socket, requests);
  }

  /** Sends the next `count` requests, each after the answer to the one before. */
  send(count: number): Promise<void> {
    this.#until = Math.min(this.#requests.length, this.#next + count);
    const { promise, resolve, reject } = Promise.withResolvers<void>();
    this.#done = resolve;
    this.#failed = reject;
    this.#sendNext();
    return promise;
  }

  close(): void {
    this.#failed = undefined;
    this.#socket.destroy();
  }

  #sendNext(): void {
    const request = this.#requests[this.#next];
    if (this.#next >= this.#until || request === undefined) {
      this.#done?.();
      return;
    }
    this.#next += 1;
    this.#socket.write(request);
  }

  #take(chunk: Buffer): void {
    let data = chunk;
    while (data.length > 0) {
      if (this.#left > 0) {
        const taken = Math.min(this.#left, data.length);
        this.#left -= taken;
        data = data.subarray(taken);
      } else {
        const joined = this.#head.length === 0 ? data : Buffer.concat([this.#head, data]);
        const end = joined.indexOf(endOfHead);
        if (end === -1) {
          this.#head = joined;
          return;
        }
        const head = joined.toString('latin1', 0, end);
        if (!head.startsWith('HTTP/1.1 200')) {
          this.#failed?.(new Error(`expected success: ${head.slice(0, 40)}`));
          return;
        }
        this.#left = Number(/content-length: (\d+)/i.exec(head)?.[1] ?? 0);
        this.#head = Buffer.alloc(0);
        data = joined.subarray(end + 4);
        if (this.#left > 0) continue;
      }
      if (this.#left === 0) this.#sendNext();
    }
  }
}

export function httpRequest(path: string, type: string, body: Uint8Array): Uint8Array {
  const head = `POST ${path} HTTP/1.1\r\nhost: localhost\r\ncontent-type: ${type}\r\ncontent-length: ${body.length}\r\n\r\n`;
  return Buffer.concat([Buffer.from(head), body]);
}
