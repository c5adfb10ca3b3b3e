// The files of releases in the browser's caches, one cache for each release. A file is put there after its hash was
// compared, and compared again when it is served.

import { CertificateError, fileHash } from '@vitalseal/certifying-authority';
import { pageHeaders } from '@vitalseal/page-policy';
import type { Bytes } from '@vitalseal/protocol';
import { workerPath } from '../integrity/release-name.ts';
import { fetched } from './fetched.ts';
import type { TakenIn } from './release-state.ts';

const prefix = 'vitalseal-app-';
const atOnce = 4;
const maximumFile = 16 << 20;

const types: Readonly<Record<string, string>> = {
  html: 'text/html; charset=utf-8',
  js: 'text/javascript; charset=utf-8',
  css: 'text/css; charset=utf-8',
  json: 'application/json',
  webmanifest: 'application/manifest+json',
  svg: 'image/svg+xml',
  png: 'image/png',
  woff2: 'font/woff2',
  woff: 'font/woff',
};

/**
 * Fetches what is missing; goes on where it was interrupted.
 * @param known releases that may have a file already, unchanged
 * @throws CertificateError `release-changed`: a file is not as the manifest has it
 */
export async function bringFiles(scope: string, release: TakenIn, known: readonly TakenIn[]): Promise<void> {
  const waiting = Object.entries(release.files);
  const cache = await caches.open(prefix + release.digest);
  const bring = async () => {
    for (let next = waiting.pop(); next !== undefined; next = waiting.pop()) {
      const [path, hash] = next;
      if ((await keptFile(scope, release, path)) !== undefined) continue;
      const content =
        (await firstKept(scope, known, path, hash)) ?? expectHash(await fetched(scope + path, maximumFile), hash);
      // The browser keeps the service worker by itself; that the server has the right one is all that counts.
      const bytes = await content;
      if (path !== workerPath) await cache.put(scope + path, asFile(path, bytes));
    }
  };
  await Promise.all(Array.from({ length: atOnce }, bring));
}

/** As it was vouched for; undefined if it is not here, or not as it was. */
export async function keptFile(scope: string, release: TakenIn, path: string): Promise<Response | undefined> {
  const hash = release.files[path];
  if (hash === undefined) return undefined;
  const kept = await caches.match(scope + path, { cacheName: prefix + release.digest });
  if (kept === undefined) return undefined;
  const bytes = new Uint8Array(await kept.arrayBuffer());
  return (await fileHash(bytes)) === hash ? asFile(path, bytes) : undefined;
}

/** A file that the browser lost: from the server, if it still has the very same. */
export async function broughtAgain(scope: string, release: TakenIn, path: string): Promise<Response> {
  const bytes = await expectHash(await fetched(scope + path, maximumFile), release.files[path]);
  const cache = await caches.open(prefix + release.digest);
  await cache.put(scope + path, asFile(path, bytes));
  return asFile(path, bytes);
}

export async function forgetFilesBut(kept: readonly (TakenIn | undefined)[]): Promise<void> {
  const names = new Set(kept.map((release) => prefix + (release?.digest ?? '')));
  for (const name of await caches.keys()) {
    if (name.startsWith(prefix) && !names.has(name)) await caches.delete(name);
  }
}

async function firstKept(
  scope: string,
  known: readonly TakenIn[],
  path: string,
  hash: string,
): Promise<Bytes | undefined> {
  if (path === workerPath) return undefined;
  for (const release of known) {
    if (release.files[path] !== hash) continue;
    const file = await keptFile(scope, release, path);
    if (file !== undefined) return new Uint8Array(await file.arrayBuffer());
  }
  return undefined;
}

async function expectHash(content: Bytes, hash: string | undefined): Promise<Bytes> {
  if ((await fileHash(content)) === hash) return content;
  throw new CertificateError('release-changed', 'expected a file as the manifest of its release has it');
}

/** With our headers: a server that is told to weaken the policy does not reach it. */
function asFile(path: string, content: Bytes): Response {
  const type = types[path.slice(path.lastIndexOf('.') + 1)] ?? 'application/octet-stream';
  return new Response(content, { headers: { ...pageHeaders('patient'), 'content-type': type } });
}
