// Vite plugin of the patient's app: the last step of its build makes a release of it. The service worker is one file beside
// the page, the document carries its own policy, and the manifest names every file. The authority attests it afterwards.
import { dirname, resolve } from 'node:path';
import { writeManifest } from '@vitalseal/certifying-authority/node';
import { documentPolicy } from '@vitalseal/page-policy';
import { build, type Plugin } from 'vite';

export interface AppReleaseOptions {
  readonly name: string;
  readonly version: string;
  /** Source of the service worker. */
  readonly worker: string;
}

export function appRelease({ name, version, worker }: AppReleaseOptions): Plugin {
  let outDir = 'dist';
  let written = false;
  return {
    name: 'app-release',
    apply: 'build',
    configResolved(config) {
      outDir = resolve(config.root, config.build.outDir);
    },
    // A policy that is signed with the document holds whatever headers a server sends.
    transformIndexHtml: {
      order: 'post',
      handler: () => [
        {
          tag: 'meta',
          attrs: { 'http-equiv': 'Content-Security-Policy', content: documentPolicy('patient') },
          injectTo: 'head-prepend',
        },
      ],
    },
    writeBundle() {
      written = true;
    },
    async closeBundle() {
      if (!written) return;
      await buildWorker(worker, outDir);
      await writeManifest(outDir, name, version);
    },
  };
}

/** A classic script with nothing to import: a browser compares it, octet for octet, with the one it has. */
async function buildWorker(entry: string, outDir: string): Promise<void> {
  await build({
    configFile: false,
    root: dirname(entry),
    logLevel: 'warn',
    publicDir: false,
    build: {
      outDir,
      emptyOutDir: false,
      target: 'es2024',
      copyPublicDir: false,
      lib: { entry, formats: ['iife'], name: 'vitalsealServiceWorker', fileName: () => 'service-worker.js' },
    },
  });
}
