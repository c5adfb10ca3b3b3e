// From a sensor's power-on to its first reading at the hospital, through the gateway over the emulated radio: at its first
// contact with the patient's element, and again with the channel that it has; against the least chain, in turns.
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { startHome } from './first-reading/home.ts';
import { startLeast } from './first-reading/least.ts';
import type { FirstReading } from './first-reading/switch-on.ts';
import { leaveServerCore } from './measure/child.ts';
import { printRow } from './measure/results.ts';
import { median, rounded } from './measure/statistics.ts';

const { values } = parseArgs({ options: { quick: { type: 'boolean', default: false } } });
const rounds = values.quick ? 2 : 9;

leaveServerCore();
const folder = mkdtempSync(join(tmpdir(), 'vitalseal-first-reading-'));
const home = await startHome(join(folder, 'home'));
const least = await startLeast(folder);
try {
  const of: Record<'least' | 'first' | 'again', FirstReading[]> = { least: [], first: [], again: [] };
  for (let round = 0; round < rounds; round++) {
    of.least.push(await least.switchOn());
    home.asEnrolled();
    of.first.push(await home.switchOn());
    of.again.push(await home.switchOn());
  }
  for (const sensor of ['first', 'again'] as const) {
    const middle = (chain: keyof typeof of, moment: keyof FirstReading) =>
      rounded(median(of[chain].map((reading) => reading[moment])));
    printRow('first-reading', {
      sensor: sensor === 'first' ? 'first contact: handshake' : 'again, on its channel',
      advertisingMs: middle(sensor, 'advertising'),
      confirmedMs: middle(sensor, 'confirmed'),
      leastAdvertisingMs: middle('least', 'advertising'),
      leastConfirmedMs: middle('least', 'confirmed'),
      ratio: rounded(
        median(of[sensor].map(({ confirmed }, round) => confirmed / (of.least[round]?.confirmed ?? Number.NaN))),
      ),
    });
  }
} finally {
  await home.close();
  await least.close();
  rmSync(folder, { recursive: true, force: true });
}
