// Taking in readings over HTTPS with durable commit, against the least program (least-intake.ts) on the same database:
// at 1, 10 and 50 records a POST, on SQLite and on PostgreSQL. Server on one core, load on the other. Each pair runs in
// turns, and the median of the rounds is printed: rate, ratio, CPU time of the server a reading.
//
//   node benchmarks/intake.ts [--store sqlite|postgresql] [--records 1,10,50] [--rounds 5]

import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { makeTestAuthority, startPrivatePostgresql } from '@vitalseal/app-hospital/testing';
import { dismiss, type Measured, round } from './intake/contender.ts';
import { hospitalContender } from './intake/hospital-contender.ts';
import { leastContender } from './intake/least-contender.ts';
import type { StoreKind } from './intake/protocol.ts';
import { printRow } from './measure/results.ts';
import { median } from './measure/statistics.ts';

/** By records a POST: some seconds a round, and 64 to 400 readings on their way at a time. */
const loads: { readonly [records: number]: { readonly readings: number; readonly connections: number } } = {
  1: { readings: 16_000, connections: 64 },
  10: { readings: 64_000, connections: 16 },
  50: { readings: 96_000, connections: 8 },
};
const otherLoad = { readings: 50_000, connections: 16 };

const { values } = parseArgs({
  options: {
    store: { type: 'string', multiple: true, default: ['sqlite', 'postgresql'] },
    records: { type: 'string', default: '1,10,50' },
    rounds: { type: 'string', default: '5' },
  },
});
const rounds = Number(values.rounds);
const authority = await makeTestAuthority();
for (const store of values.store) {
  if (store !== 'sqlite' && store !== 'postgresql') throw new Error('--store: expected sqlite or postgresql');
  for (const perPost of values.records.split(',').map(Number)) await compare(store, perPost);
}

async function compare(store: StoreKind, perPost: number): Promise<void> {
  const postgresql = store === 'postgresql' ? startPrivatePostgresql() : undefined;
  const dataDir = mkdtempSync(join(tmpdir(), 'vitalseal-bench-'));
  try {
    const { readings, connections } = loads[perPost] ?? otherLoad;
    const posts = Math.ceil(readings / perPost / connections);
    const load = { connections, perPost, posts: posts * (rounds + 1) };
    const setting = async (name: string) => ({
      store,
      dataDir: join(dataDir, name),
      databaseUrl: await postgresql?.createDatabase(),
    });
    const hospital = await hospitalContender(authority, { ...load, setting: await setting('hospital') });
    const least = await leastContender(authority, { ...load, setting: await setting('least') });
    // Warm: statements prepared, code compiled, pages in memory.
    await round(least, posts, perPost);
    await round(hospital, posts, perPost);
    const ours: Measured[] = [];
    const theirs: Measured[] = [];
    for (let index = 0; index < rounds; index++) {
      theirs.push(await round(least, posts, perPost));
      ours.push(await round(hospital, posts, perPost));
    }
    await dismiss(hospital);
    await dismiss(least);
    report(store, perPost, ours, theirs);
  } finally {
    rmSync(dataDir, { recursive: true, force: true });
    postgresql?.remove();
  }
}

function report(store: StoreKind, perPost: number, ours: readonly Measured[], theirs: readonly Measured[]): void {
  const rate = (measured: readonly Measured[]) => median(measured.map(({ perSecond }) => perSecond));
  const cpu = (measured: readonly Measured[]) => median(measured.map(({ cpuMillis }) => cpuMillis));
  const ratios = ours.map(({ perSecond }, index) => perSecond / (theirs[index]?.perSecond ?? Number.NaN));
  printRow('intake', {
    store,
    aPost: String(perPost),
    readingsPerSecond: Math.round(rate(ours)),
    leastPerSecond: Math.round(rate(theirs)),
    ratio: Number(median(ratios).toFixed(2)),
    cpuMillisPerReading: Number(cpu(ours).toFixed(4)),
    leastCpuMillisPerReading: Number(cpu(theirs).toFixed(4)),
  });
}
