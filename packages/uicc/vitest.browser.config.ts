// This package's suite in headless Chromium, where a card lives in a Worker: as the protocol's. What needs Node's ways to
// a card stays there.
//   npx vitest run --config packages/uicc/vitest.browser.config.ts

import { fileURLToPath } from 'node:url';
import { defineConfig } from 'vitest/config';
import browser from '../protocol/vitest.browser.config.ts';

export default defineConfig({
  ...browser,
  root: fileURLToPath(new URL('.', import.meta.url)),
  test: {
    ...browser.test,
    exclude: ['src/pcsc/**', 'src/pcscd/**', 'src/vpcd/**', '**/*.node.test.ts', '**/node_modules/**'],
  },
});
