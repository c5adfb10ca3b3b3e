// The ambulance's page, served by the hospital under /ambulance/. No inline script and no inline style leaves this build, so
// that it runs under the strict policy that docs name.
import react from '@vitejs/plugin-react';
import { defineConfig } from 'vite';
import { subresourceIntegrity } from '../../scripts/pages/subresource-integrity.ts';

export default defineConfig({
  root: import.meta.dirname,
  base: '/ambulance/',
  plugins: [react(), subresourceIntegrity()],
  build: {
    target: 'es2024',
    // Data URLs would need `font-src data:` in the policy.
    assetsInlineLimit: 0,
    modulePreload: { polyfill: false },
    chunkSizeWarningLimit: 1200,
  },
});
