// The protocol's suite in headless Chromium: the same test files as in Node, with the other side of the primitives.
// What needs `node:` modules is called `*.node.test.ts` and stays there.
//   npx vitest run --config packages/protocol/vitest.browser.config.ts

import { existsSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { playwright } from '@vitest/browser-playwright';
import { defineConfig } from 'vitest/config';

// Debian's, where it is installed: no browser is downloaded.
const executablePath = ['/usr/bin/chromium', '/usr/bin/google-chrome'].find((path) => existsSync(path));
const args = [
  // Chromium's own sandbox refuses to start as root, and in most containers. The pages are ours, from loopback.
  '--no-sandbox',
  '--disable-gpu',
  '--disable-quic',
  '--no-first-run',
  '--disable-background-networking',
  '--disable-component-update',
  '--disable-sync',
];

export default defineConfig({
  // Named ahead: a dependency that Vite finds in mid-run reloads the page, and the tests with it.
  optimizeDeps: { include: ['fast-check', 'cborg'] },
  root: fileURLToPath(new URL('.', import.meta.url)),
  test: {
    name: 'chromium',
    include: ['src/**/*.test.ts'],
    exclude: ['**/*.node.test.ts', '**/node_modules/**'],
    testTimeout: 60_000,
    browser: {
      enabled: true,
      headless: true,
      screenshotFailures: false,
      provider: playwright({ launchOptions: { args, ...(executablePath === undefined ? {} : { executablePath }) } }),
      instances: [{ browser: 'chromium' }],
    },
  },
});
