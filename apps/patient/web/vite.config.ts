// The patient's app, served by the hospital under /patient/. No inline script and no inline style leaves this build, so
// that it runs under the strict policy that docs name.
import { fileURLToPath } from 'node:url';
import react from '@vitejs/plugin-react';
import { defineConfig } from 'vite';
import project from '../../../package.json' with { type: 'json' };
import { appRelease } from '../../../scripts/pages/app-release.ts';
import { subresourceIntegrity } from '../../../scripts/pages/subresource-integrity.ts';
import { releaseName } from './src/integrity/release-name.ts';

export default defineConfig({
  root: import.meta.dirname,
  base: '/patient/',
  plugins: [
    react(),
    subresourceIntegrity(),
    appRelease({
      name: releaseName,
      version: project.version,
      worker: fileURLToPath(new URL('./src/service-worker/service-worker.ts', import.meta.url)),
    }),
  ],
  build: {
    target: 'es2024',
    // Data URLs would need `font-src data:` in the policy.
    assetsInlineLimit: 0,
    modulePreload: { polyfill: false },
    chunkSizeWarningLimit: 1200,
  },
  worker: { format: 'es' },
});
