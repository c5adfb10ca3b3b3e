/**
 * As much of `fetch` as EST needs, over node:https, since Node's own takes no root of ours. Trust is either the pinned
 * root, or nothing at all at first contact, where the root's fingerprint decides what is believed (RFC 7030, 4.1.1).
 */
import { Agent, type RequestOptions, request } from 'node:https';
import type { EstFetch } from '@vitalseal/certifying-authority';

export interface HttpsFetch {
  readonly fetch: EstFetch;
  close(): void;
}

const longestAnswer = 8 * 1024 * 1024;

/** @param rootPem undefined: the server proves nothing */
export function httpsFetch(rootPem: string | undefined): HttpsFetch {
  const trust = rootPem === undefined ? { rejectUnauthorized: false } : { ca: rootPem };
  const agent = new Agent({ keepAlive: true, minVersion: 'TLSv1.3', ...trust });

  const fetch: EstFetch = async (url, { method, headers, body, signal }) => {
    const { promise, resolve, reject } = Promise.withResolvers<Awaited<ReturnType<EstFetch>>>();
    const options: RequestOptions = { method, headers, agent, ...(signal === undefined ? {} : { signal }) };
    const sent = request(new URL(url), options);
    sent.on('error', reject);
    sent.on('response', (response) => {
      const chunks: Buffer[] = [];
      let length = 0;
      response.on('error', reject);
      response.on('data', (chunk: Buffer) => {
        length += chunk.length;
        if (length > longestAnswer) sent.destroy(new Error('expected a shorter answer'));
        else chunks.push(chunk);
      });
      response.on('end', () => {
        const bytes = new Uint8Array(Buffer.concat(chunks));
        resolve({
          status: response.statusCode ?? 0,
          headers: { get: (name) => response.headers[name.toLowerCase()]?.toString() ?? null },
          arrayBuffer: async () => bytes.buffer,
        });
      });
    });
    sent.end(body);
    return promise;
  };
  return { fetch, close: () => agent.destroy() };
}
