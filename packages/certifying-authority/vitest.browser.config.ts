// This package's suite in headless Chromium, where pages enrol and judge certificates: as the protocol's.
//   npx vitest run --config packages/certifying-authority/vitest.browser.config.ts

import { fileURLToPath } from 'node:url';
import { defineConfig } from 'vitest/config';
import browser from '../protocol/vitest.browser.config.ts';

export default defineConfig({ ...browser, root: fileURLToPath(new URL('.', import.meta.url)) });
