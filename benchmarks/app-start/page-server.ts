// Two pages on one origin of this machine, from memory and zipped, as the hospital serves its own: the patient's app with an
// authority's word for it, and the least page that shows a button.
import { readdirSync, readFileSync } from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { extname, join, relative } from 'node:path';
import { gzipSync } from 'node:zlib';
import { Authority, encodePageRelease, memoryStore } from '@vitalseal/certifying-authority';
import { measurePage } from '@vitalseal/certifying-authority/node';

const types: Readonly<Record<string, string>> = {
  '.html': 'text/html; charset=utf-8',
  '.js': 'text/javascript; charset=utf-8',
  '.css': 'text/css; charset=utf-8',
  '.svg': 'image/svg+xml',
  '.webmanifest': 'application/manifest+json',
  '.woff2': 'font/woff2',
  '.png': 'image/png',
};
const zips = /^text\/|json|svg/;

const leastPage: Readonly<Record<string, string>> = {
  'index.html':
    '<!doctype html><title>least</title><div id="page"></div><script type="module" src="/least/main.js"></script>',
  'main.js': `const button = document.createElement('button');
button.textContent = 'Next';
document.getElementById('page').append(button);`,
};

export interface PageServer {
  readonly url: string;
  /** Bytes of a file as they are sent. */
  sent(path: string): number;
  close(): Promise<void>;
}

interface ServedFile {
  readonly type: string;
  readonly body: Uint8Array;
  readonly encoding: Readonly<Record<string, string>>;
}

export async function servePages(app: string): Promise<PageServer> {
  const files = new Map<string, ServedFile>();
  const add = (path: string, content: Uint8Array, type: string) => {
    const zipped = zips.test(type);
    const encoding = zipped ? { 'content-encoding': 'gzip' } : undefined;
    files.set(path, { type, body: zipped ? gzipSync(content) : content, encoding: { ...encoding } });
  };
  for (const entry of readdirSync(app, { recursive: true, withFileTypes: true })) {
    if (!entry.isFile()) continue;
    const file = join(entry.parentPath, entry.name);
    add(`/patient/${relative(app, file)}`, readFileSync(file), types[extname(file)] ?? 'application/octet-stream');
  }
  for (const [name, text] of Object.entries(leastPage)) {
    add(`/least/${name}`, Buffer.from(text), types[extname(name)] ?? 'text/plain');
  }
  add('/patient/release', await releaseOf(app), 'application/cbor');

  const server = createServer(({ url = '/' }, response) => {
    const { pathname } = new URL(url, 'http://localhost');
    const file = files.get(pathname.endsWith('/') ? `${pathname}index.html` : pathname);
    if (file === undefined) return response.writeHead(404).end();
    response.writeHead(200, { 'content-type': file.type, 'cache-control': 'no-cache', ...file.encoding });
    return response.end(file.body);
  });
  const { promise, resolve } = Promise.withResolvers<void>();
  server.listen(0, '127.0.0.1', resolve);
  await promise;
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    sent: (path) => files.get(path)?.body.length ?? 0,
    async close() {
      server.closeAllConnections();
      const closed = Promise.withResolvers<void>();
      server.close(() => closed.resolve());
      await closed.promise;
    },
  };
}

async function releaseOf(app: string): Promise<Uint8Array> {
  const authority = await Authority.init({ store: memoryStore(), name: 'Benchmark' });
  const { manifest, release } = await measurePage(app);
  const { attestation } = await authority.attest(release);
  return encodePageRelease({ manifest, attestation, roots: [authority.rootCertificate] });
}
