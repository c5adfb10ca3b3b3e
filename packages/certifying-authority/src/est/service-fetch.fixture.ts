// The EST service behind a `fetch` without a network, and a way to spoil what passes.
import type { Bytes } from '@vitalseal/protocol';
import type { EstFetch } from './est-client.ts';
import type { EstResponse, EstService } from './est-service.ts';

export type Spoil = (response: EstResponse, url: string) => EstResponse | Promise<EstResponse>;

/** @param clientCertificate as if TLS had verified it */
export function serviceFetch(
  service: EstService,
  spoil: Spoil = (response) => response,
  clientCertificate?: Bytes,
): EstFetch {
  return async (url, { method, headers, body, signal }) => {
    const { pathname, search } = new URL(url);
    const answer = service.handle({
      method,
      url: pathname + search,
      contentType: headers['content-type'],
      authorization: headers.authorization,
      body: new TextEncoder().encode(body ?? ''),
      clientCertificate,
      signal,
    });
    const response = await spoil(await answer, url);
    signal?.throwIfAborted();
    return {
      status: response.status,
      headers: { get: (name) => response.headers[name] ?? null },
      arrayBuffer: async () => response.body.slice().buffer,
    };
  };
}
