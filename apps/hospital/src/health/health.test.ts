import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect, test } from 'vitest';
import { nobodyRevoked } from '../authority/revocations.ts';
import { SoftwareKeyStore } from '../keys/software/software-key-store.ts';
import { openStore } from '../store/open-store.ts';
import { testWrappingKeys } from '../testing/test-wrapping-keys.ts';
import { HealthCheck } from './health.ts';

const dataDir = mkdtempSync(join(tmpdir(), 'vitalseal-health-'));
const store = await openStore({ dataDir, wrappingKeys: testWrappingKeys });

afterAll(async () => {
  await store.close();
  rmSync(dataDir, { recursive: true });
});

test.each([
  [900, true],
  [15_000, false],
])('a hospital that last looked for silent streams %i ms ago is well: %s', async (sinceLastLookMs, ok) => {
  const health = new HealthCheck({
    store,
    rollback: undefined,
    revocations: nobodyRevoked,
    keyStore: SoftwareKeyStore.inMemory(),
    audit: () => ({ signed: 12, ageMs: 0, problem: null }),
    now: () => 0,
    sinceLastLookMs: () => sinceLastLookMs,
    feeds: () => 0,
    callsWaiting: () => 0,
    onCall: () => ({ doctors: 1, crews: 1 }),
    signIn: () => ({
      mode: 'links',
      ready: true,
      sessions: 0,
      locked: 0,
      seeing: { doctors: 0, crews: 0 },
      warning: 'nobody-sees-alarms',
    }),
  });
  expect(await health.check()).toMatchObject({ ok, store: { ok: true }, watch: { ok, sinceLastLookMs } });
  expect(await health.check()).toMatchObject({ keys: { kind: 'software', ok: true, problem: null } });
});
