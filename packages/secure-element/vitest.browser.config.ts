// The card in headless Chromium: its layer and its PIN with the browser's cryptography, and the whole of it in a Worker.
//   npx vitest run --config packages/secure-element/vitest.browser.config.ts

import { fileURLToPath } from 'node:url';
import { defineConfig } from 'vitest/config';
import browser from '../protocol/vitest.browser.config.ts';

export default defineConfig({
  ...browser,
  optimizeDeps: { include: ['fast-check', '@noble/hashes/scrypt.js'] },
  root: fileURLToPath(new URL('.', import.meta.url)),
  test: {
    ...browser.test,
    include: [
      'src/**/*.browser.test.ts',
      'src/card/{selection,logical-channels,transmission}.test.ts',
      'src/card/pin/*.test.ts',
      'src/storage/sealed-storage.test.ts',
    ],
  },
});
