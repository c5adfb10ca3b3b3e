// The card in a Worker of headless Chromium: the one suite of this package that a browser adds to.
//   npx vitest run --config packages/secure-element/vitest.browser.config.ts

import { fileURLToPath } from 'node:url';
import { defineConfig } from 'vitest/config';
import browser from '../protocol/vitest.browser.config.ts';

export default defineConfig({
  ...browser,
  root: fileURLToPath(new URL('.', import.meta.url)),
  optimizeDeps: { include: ['@noble/hashes/scrypt.js'] },
  test: { ...browser.test, include: ['src/**/*.browser.test.ts'], exclude: [] },
});
