// A `fetch` for EST in Node. The built-in one cannot be told which root to trust for one connection.
import { request as requestHttp } from 'node:http';
import { type RequestOptions, request as requestHttps } from 'node:https';
import type { Bytes } from '@vitalseal/protocol';
import { encodePem } from '../encoding/pem.ts';
import { CertificateError } from '../errors.ts';
import type { EstFetch } from '../est/est-client.ts';
import { maximumCrlLength } from '../revocation-list/read-crl.ts';

type Answer = Awaited<ReturnType<EstFetch>>;

/** What a TLS client proves itself with, PEM. */
export interface TlsClient {
  readonly key: string;
  readonly cert: string;
}

/**
 * TLS 1.3 with servers under this root alone. Plain HTTP is allowed, for a hospital's listener on loopback.
 * @param client mutual TLS, as a registration authority enrols others
 */
export function rootedFetch(root: Bytes, client?: TlsClient): EstFetch {
  return nodeFetch({ ca: encodePem('CERTIFICATE', root), ...client });
}

/**
 * Before the root is known: whoever answers. For `/cacerts` alone, whose answer proves itself by the pinned
 * fingerprint (RFC 7030 section 4.1.1); nothing secret may go this way.
 */
export function unauthenticatedFetch(): EstFetch {
  const fetch = nodeFetch({ rejectUnauthorized: false });
  return async (url, init) => {
    if (init.method !== 'GET' || init.body !== undefined || 'authorization' in init.headers) {
      throw new CertificateError('untrusted', 'expected a connection to a server under the root');
    }
    return fetch(url, init);
  };
}

function nodeFetch(tls: RequestOptions): EstFetch {
  return async (url, { method, headers, body, signal }) => {
    const { promise, resolve, reject } = Promise.withResolvers<Answer>();
    const target = new URL(url);
    const length = body === undefined ? {} : { 'content-length': String(Buffer.byteLength(body)) };
    const options: RequestOptions = { method, headers: { ...headers, ...length }, minVersion: 'TLSv1.3', ...tls };
    if (signal !== undefined) options.signal = signal;
    const request = target.protocol === 'http:' ? requestHttp(target, options) : requestHttps(target, options);
    request.on('error', reject);
    request.on('response', (response) => {
      const chunks: Buffer[] = [];
      let received = 0;
      response.on('data', (chunk: Buffer) => {
        received += chunk.length;
        chunks.push(chunk);
        if (received > maximumCrlLength)
          request.destroy(new CertificateError('too-large', 'expected a shorter answer'));
      });
      response.on('error', reject);
      response.on('end', () => {
        const whole = new Uint8Array(Buffer.concat(chunks));
        const get = (name: string): string | null => {
          const value = response.headers[name];
          return typeof value === 'string' ? value : null;
        };
        resolve({ status: response.statusCode ?? 0, headers: { get }, arrayBuffer: async () => whole.buffer });
      });
    });
    request.end(body);
    return promise;
  };
}
