import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';
import { afterAll, expect, test } from 'vitest';
import { bedOf } from '../scenario/bed.ts';
import { prepareWorld } from '../world/world.ts';
import { replayTime } from './replay-time.ts';
import { RunningDemo } from './running-demo.ts';

const folder = mkdtempSync(join(tmpdir(), 'vitalseal-demo-begins-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

test('the clock stands still until the phones have shaken hands with their sensors, and nothing is measured before', async () => {
  const place = { latitude: 0, longitude: 0 };
  const rows = [0, 1].map((minute) => ({ patient: 'anna', timeS: minute * 60, line: minute + 2, hr: 70 }));
  const beds = [bedOf('anna', { name: 'Anna', bed: 'Bed 1', place, rows })];
  const world = await prepareWorld({ dataDir: folder, beds, cards: 'software' });
  const time = replayTime(beds, 600, 'stops at the end');
  const demo = await RunningDemo.start({ world, beds, time, peoplePort: 0, pages: {}, cards: 'software' });
  try {
    demo.phones.process.kill('SIGSTOP');
    await demo.startSensors();
    const begun = demo.begin();
    await Promise.race([begun, wait(500)]);
    expect(demo.clock.now()).toBeLessThan(time.origin);
    expect(demo.measured).toBe(0);
    demo.phones.process.kill('SIGCONT');
    await begun;
    await demo.sensorsFinished();
    expect(demo.measured).toBe(2);
  } finally {
    await demo.stop();
    await world.close();
  }
}, 120_000);
