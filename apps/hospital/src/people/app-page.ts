/**
 * The patient's app below /patient/, with the release that phones judge it by. The files are read once, at start, and
 * compared with their manifest: what is served is what was measured, whatever happens to the folder meanwhile.
 */
import { readFile } from 'node:fs/promises';
import { extname, join } from 'node:path';
import { promisify } from 'node:util';
import { gzip } from 'node:zlib';
import { decodeManifest, encodePageRelease, verifyPageRelease } from '@vitalseal/certifying-authority';
import { measurePage } from '@vitalseal/certifying-authority/node';
import type { Bytes } from '@vitalseal/protocol';
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';

export interface AppPageOptions {
  readonly folder: string;
  /** The authority's word for this build. Without it the app works online only: no phone takes it in. */
  readonly attestation: Bytes | undefined;
  /** Of the hospital, DER. */
  readonly anchors: readonly Bytes[];
  /** UTC ms. */
  readonly at: number;
}

export interface AppPage {
  /** Of the app; undefined: nobody vouches for it. */
  readonly version: string | undefined;
  serve(server: FastifyInstance): void;
}

interface AppFile {
  readonly type: string;
  readonly content: Buffer;
  readonly zipped: Buffer | undefined;
}

/** What the authority attests it as. */
export const appReleaseName = 'vitalseal-patient-app';
const prefix = '/patient/';
const document = 'index.html';

const types: Readonly<Record<string, string>> = {
  '.html': 'text/html; charset=utf-8',
  '.js': 'text/javascript; charset=utf-8',
  '.css': 'text/css; charset=utf-8',
  '.json': 'application/json',
  '.webmanifest': 'application/manifest+json',
  '.svg': 'image/svg+xml',
  '.png': 'image/png',
  '.woff2': 'font/woff2',
  '.woff': 'font/woff',
};
const text = /^text\/|json|svg/;

/** @throws CertificateError `release-malformed`, `release-changed`, `release-other`, and what attestations are refused for */
export async function openAppPage({ folder, attestation, anchors, at }: AppPageOptions): Promise<AppPage> {
  const { manifest } = await measurePage(folder);
  const { version, files } = decodeManifest(manifest);
  const question = { manifest, name: appReleaseName, anchors, at };
  if (attestation !== undefined) await verifyPageRelease({ ...question, attestation });
  const contents = new Map<string, AppFile>();
  for (const { path } of files) contents.set(path, await read(folder, path));
  const release =
    attestation === undefined ? undefined : Buffer.from(encodePageRelease({ manifest, attestation, roots: anchors }));

  function answer(path: string, request: FastifyRequest, reply: FastifyReply): FastifyReply {
    const file = contents.get(path);
    if (file === undefined) {
      reply.callNotFound();
      return reply;
    }
    // Scripts are named by their content; the page, the service worker and the icons are asked for each time.
    const lasting = path.startsWith('assets/') ? 'public, max-age=31536000, immutable' : 'no-cache';
    reply.type(file.type).header('cache-control', lasting).header('vary', 'accept-encoding');
    const zips = /\bgzip\b/.test(request.headers['accept-encoding'] ?? '');
    if (file.zipped === undefined || !zips) return reply.send(file.content);
    return reply.header('content-encoding', 'gzip').send(file.zipped);
  }

  return {
    version: attestation === undefined ? undefined : version,
    serve(server) {
      server.get('/patient', (_request, reply) => reply.redirect(prefix, 308));
      server.get(prefix, (request, reply) => answer(document, request, reply));
      server.get(`${prefix}*`, (request, reply) => answer((request.params as { '*': string })['*'], request, reply));
      if (release === undefined) return;
      server.get(`${prefix}release`, (_request, reply) =>
        reply.type('application/cbor').header('cache-control', 'no-store').send(release),
      );
    },
  };
}

async function read(folder: string, path: string): Promise<AppFile> {
  const content = await readFile(join(folder, path));
  const type = types[extname(path)] ?? 'application/octet-stream';
  return { type, content, zipped: text.test(type) ? await promisify(gzip)(content) : undefined };
}
