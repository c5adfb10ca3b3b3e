/**
 * `POST /records`, answered on node:http itself. It comes thousands of times a second, and what a framework does for
 * each request would cost as much as opening its record. It refuses as every other route does.
 */
import type { RequestListener, ServerResponse } from 'node:http';
import type { FastifyBaseLogger } from 'fastify';
import { mostBatchBytes } from '../intake/record-batch.ts';
import { type ErrorAnswer, errorAnswer, failureOf } from '../listener/answer-errors.ts';
import { readBody } from '../listener/read-body.ts';
import { type AcknowledgeOptions, acknowledgeRecords } from './acknowledge-records.ts';

export interface RecordsRouteOptions extends AcknowledgeOptions {
  readonly logger: FastifyBaseLogger;
  /** Whether the listener is about to stop: then a connection ends with its answer. */
  readonly isClosing: () => boolean;
}

export const recordsPath = '/records';
const expected = { mediaType: 'application/cbor', mostBytes: mostBatchBytes } as const;

export function recordsRoute({ intake, strangers, logger, isClosing }: RecordsRouteOptions): RequestListener {
  const onFault = (fault: unknown) => logger.error({ failure: failureOf(fault) }, 'request failed');

  function refusal(error: unknown, address: string): ErrorAnswer {
    const answer = errorAnswer(error, onFault);
    return answer.code === 'rate-limited' ? { ...answer, retryAfter: strangers.secondsUntilNext(address) } : answer;
  }

  function refuse(response: ServerResponse, { status, code, retryAfter }: ErrorAnswer): void {
    const headers = ['content-type', 'application/json; charset=utf-8'];
    if (retryAfter !== undefined) headers.push('retry-after', String(retryAfter));
    send(response, status, headers, Buffer.from(JSON.stringify({ code })));
  }

  function send(response: ServerResponse, status: number, headers: readonly string[], body: Uint8Array): void {
    if (isClosing()) response.shouldKeepAlive = false;
    // HTTP/1.1 keeps a connection as it is (RFC 9112, 9.3): 48 bytes, which to a card are one more APDU.
    if (response.shouldKeepAlive) response.removeHeader('connection');
    response.writeHead(status, [...headers, 'content-length', String(body.length)]);
    response.end(body);
  }

  return (request, response) => {
    const address = request.socket.remoteAddress ?? '';
    readBody(request, expected, (body) => {
      if (!(body instanceof Uint8Array)) {
        // What is left of it would be taken for the next request.
        response.shouldKeepAlive = false;
        refuse(response, body);
        return;
      }
      acknowledgeRecords({ intake, strangers }, body, address).then(
        (answer) => send(response, 200, ['content-type', expected.mediaType], answer),
        (error: unknown) => refuse(response, refusal(error, address)),
      );
    });
  };
}
