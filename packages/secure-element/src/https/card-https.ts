// HTTPS of the card's own (RFC 9110, 9112) on TLS on a BIP channel: one connection, kept alive, the shortest heads that
// say what must be said. Node's HTTP and TLS do the work; the terminal below carries ciphertext.

import { Agent, type IncomingMessage, request as startRequest } from 'node:http';
import { Socket } from 'node:net';
import type { Awaitable, Bytes } from '@vitalseal/protocol';
import type { BipDestination } from '../bip/bip-channel.ts';
import { SecureElementError } from '../errors.ts';
import type { ToolkitSession } from '../toolkit/toolkit-session.ts';
import { withDeadline } from './deadline.ts';
import { hostHeader } from './host-header.ts';
import { failureOf, LinkLost } from './https-failure.ts';
import { SecureLink } from './secure-link.ts';
import type { TlsSecurity } from './tls-security.ts';

/** The other end: a name that its certificate must carry, and where the terminal finds it. */
export interface HttpsDestination extends BipDestination {
  readonly name: string;
}

export interface CardHttpsOptions {
  readonly session: ToolkitSession;
  /** Asked at each new connection. */
  readonly destination: () => HttpsDestination;
  readonly security: () => Awaitable<TlsSecurity>;
  /** Without a word on the link. Default 30,000. */
  readonly timeoutMs?: number;
  /** From the request to the last byte of its answer, however it drips. Default 180,000. */
  readonly mostMs?: number;
}

export interface HttpsRequest {
  readonly path: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: Bytes;
}

export interface HttpsAnswer {
  readonly status: number;
  /** Names in lower case. */
  readonly headers: IncomingMessage['headers'];
  readonly body: Bytes;
}

const longestAnswer = 1 << 20;
/** After so long without a word, a link is asked after before it is used. */
const doubtedAfterMs = 60_000;

export class CardHttps {
  readonly #options: CardHttpsOptions;
  readonly #link: SecureLink;
  readonly #agent = new Agent({ keepAlive: true, maxSockets: 1 });
  #usedAt = 0;

  constructor(options: CardHttpsOptions) {
    this.#options = options;
    this.#link = new SecureLink(options);
    this.#agent.createConnection = (_options, done) => {
      const connecting = options.session.during(this.#link.connect());
      connecting.then(
        (socket) => done?.(null, socket),
        (error: Error) => done?.(error, new Socket()),
      );
      return undefined;
    };
  }

  /** @throws SecureElementError `hospital-unreachable`, `hospital-untrusted` */
  async post(request: HttpsRequest, signal: AbortSignal): Promise<HttpsAnswer> {
    try {
      return await withDeadline(this.#options.mostMs ?? 180_000, signal, (limit) => this.#postInTime(request, limit));
    } finally {
      this.#usedAt = performance.now();
    }
  }

  close(): void {
    this.#agent.destroy();
    this.#link.close();
  }

  async #postInTime(request: HttpsRequest, signal: AbortSignal): Promise<HttpsAnswer> {
    if (performance.now() - this.#usedAt > doubtedAfterMs) await this.#link.check(signal);
    try {
      return await this.#postOnce(request, signal);
    } catch (error) {
      // The server closed the idle link while this request was on its way: it has not been read.
      if (error instanceof LinkLost && error.reused && !signal.aborted) return await this.#postOnce(request, signal);
      throw error;
    }
  }

  #postOnce({ path, headers, body }: HttpsRequest, signal: AbortSignal): Promise<HttpsAnswer> {
    const { session, destination, timeoutMs = 30_000 } = this.#options;
    return new Promise((resolve, reject) => {
      const request = startRequest({
        method: 'POST',
        path,
        agent: this.#agent,
        // Without those that Node adds: the connection is kept alive as it is (RFC 9112, 9.3).
        setDefaultHeaders: false,
        headers: { host: hostHeader(destination()), ...headers, 'content-length': body.length },
        signal,
        timeout: timeoutMs,
      });
      let late = false;
      const fail = (cause: unknown) => {
        session.stir();
        reject(failureOf(cause, { link: this.#link.failure, reused: request.reusedSocket && !late }));
      };
      request.once('timeout', () => {
        late = true;
        request.destroy(new Error('no answer in time'));
      });
      request.once('error', fail);
      request.once('response', (response) => {
        response.once('error', fail);
        collect(response).then((collected) => {
          session.stir();
          resolve({ status: response.statusCode ?? 0, headers: response.headers, body: collected });
        }, fail);
      });
      request.end(body);
    });
  }
}

async function collect(response: IncomingMessage): Promise<Bytes> {
  const chunks: Uint8Array[] = [];
  let length = 0;
  for await (const chunk of response) {
    if (!(chunk instanceof Uint8Array)) continue;
    length += chunk.length;
    if (length > longestAnswer) throw new SecureElementError('answer-malformed', 'expected a shorter answer');
    chunks.push(chunk);
  }
  return new Uint8Array(Buffer.concat(chunks));
}
