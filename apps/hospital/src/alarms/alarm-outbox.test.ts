import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setImmediate } from 'node:timers/promises';
import { expect, onTestFinished, test } from 'vitest';
import { openStore } from '../store/open-store.ts';
import { testWrappingKeys } from '../testing/test-wrapping-keys.ts';
import { AlarmOutbox } from './alarm-outbox.ts';

test('an outbox that is told of an alarm at the very end of a look looks again', async () => {
  const dataDir = mkdtempSync(join(tmpdir(), 'vitalseal-outbox-'));
  const store = await openStore({ dataDir, wrappingKeys: testWrappingKeys });
  onTestFinished(async () => {
    await store.close();
    rmSync(dataDir, { recursive: true });
  });
  for (let microtasks = 0; microtasks < 30; microtasks++) {
    let looks = 0;
    const outbox = new AlarmOutbox({
      store,
      hospital: { role: 'hospital', id: 'h1' },
      own: () => ({ certificateChain: [], sign: (bytes) => bytes }),
      doctors: () => {
        looks += 1;
        return [];
      },
      now: Date.now,
      onProblem: (error) => expect.unreachable(String(error)),
    });
    outbox.kick();
    for (let passed = 0; passed < microtasks; passed++) await null;
    const before = looks;
    outbox.kick();
    await setImmediate();
    expect(looks, `kicked after ${microtasks} microtasks`).toBeGreaterThan(before);
  }
});
