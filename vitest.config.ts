import { configDefaults, defineConfig } from 'vitest/config';

export default defineConfig({
  test: {
    include: [
      'packages/*/src/**/*.test.ts',
      'apps/*/src/**/*.test.ts',
      'apps/patient/web/src/**/*.test.ts',
      'tests/**/*.test.ts',
    ],
    exclude: [...configDefaults.exclude, '**/*.browser.test.ts'],
    testTimeout: 30_000,
    hookTimeout: 60_000,
    maxWorkers: 2,
    // How long is waited for what will come: no statement about how fast it is.
    expect: { poll: { timeout: 10_000 } },
  },
});
