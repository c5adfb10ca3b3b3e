// EST over HTTPS for a device: TLS 1.3, and the server's certificate must lead to a root the device was given. Node's
// own `fetch` cannot be told a root, and the machine's certificate store has no say in who may enrol a sensor.

import { request as requestHttp } from 'node:http';
import { request as requestHttps } from 'node:https';
import { type EstFetch, encodePem } from '@vitalseal/certifying-authority';
import type { Bytes } from '@vitalseal/protocol';

/** `first-contact` checks nothing and is for public certificates only, which a fingerprint then checks. */
export type EstTrust = { readonly root: Bytes } | 'first-contact';

const longestAnswer = 8 << 20;

export function estOverHttps(trust: EstTrust): EstFetch {
  const tls = trust === 'first-contact' ? { rejectUnauthorized: false } : { ca: encodePem('CERTIFICATE', trust.root) };
  return (url, { method, headers, body, signal }) =>
    new Promise((resolve, reject) => {
      const plain = url.startsWith('http:');
      const options = { method, headers, agent: false as const, ...(signal && { signal }) };
      const request = plain
        ? requestHttp(url, options)
        : requestHttps(url, { ...options, ...tls, minVersion: 'TLSv1.3' });
      request.once('error', reject);
      request.once('response', (response) => {
        const chunks: Buffer[] = [];
        let length = 0;
        response.on('data', (chunk: Buffer) => {
          length += chunk.length;
          if (length > longestAnswer) response.destroy(new Error('expected a shorter answer'));
          else chunks.push(chunk);
        });
        response.once('error', reject);
        response.once('end', () => {
          resolve({
            status: response.statusCode ?? 0,
            headers: { get: (name) => response.headers[name.toLowerCase()]?.toString() ?? null },
            arrayBuffer: async () => new Uint8Array(Buffer.concat(chunks)).buffer,
          });
        });
      });
      request.end(body);
    });
}
