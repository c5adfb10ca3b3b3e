// Taking in readings over HTTPS while the store grows from 10^4 to 10^6 of them, on SQLite and on PostgreSQL. Flat is
// the aim. Each round is paired with one of a hospital whose store stays small, so that the machine's moods cancel.
//
//   node benchmarks/store-growth.ts [--quick] [--store sqlite|postgresql]
import { mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { makeTestAuthority, type PrivatePostgresql, startPrivatePostgresql } from '@vitalseal/app-hospital/testing';
import { leaveServerCore } from './measure/child.ts';
import { printRow } from './measure/results.ts';
import { median, rounded } from './measure/statistics.ts';
import { Filling } from './store-growth/fill.ts';
import { LoadedHospital, type Round } from './store-growth/loaded-hospital.ts';

const { values } = parseArgs({
  options: {
    quick: { type: 'boolean', default: false },
    store: { type: 'string', multiple: true, default: ['sqlite', 'postgresql'] },
  },
});
const sizes = values.quick ? [10_000, 50_000] : [10_000, 100_000, 1_000_000];
const rounds = values.quick ? 3 : 9;
const patients = 64;
const load = { posts: 5, recordsAPost: 10 };

const name = 'store-growth';

leaveServerCore();
for (const store of values.store) {
  if (store !== 'sqlite' && store !== 'postgresql') throw new Error('--store: expected sqlite or postgresql');
  await grow(store);
}

async function grow(store: 'sqlite' | 'postgresql'): Promise<void> {
  const folder = mkdtempSync(join(tmpdir(), 'vitalseal-bench-'));
  const postgresql = store === 'postgresql' ? startPrivatePostgresql() : undefined;
  const hospitals: LoadedHospital[] = [];
  try {
    const growing = await hospital(folder, 'growing', postgresql);
    hospitals.push(growing);
    const small = await hospital(folder, 'small', postgresql);
    hospitals.push(small);
    await new Filling(small.store).add(sizes[0] ?? 0);
    const filling = new Filling(growing.store);
    for (let round = 0; round < 3; round++) for (const each of hospitals) await each.round(load);
    const ratios: Ratios[] = [];
    for (const size of sizes) {
      const { stored } = await growing.store.counts();
      await filling.add(Math.max(0, size - stored));
      for (const each of hospitals) await each.settle();
      ratios.push(await measure(store, size, growing, small));
    }
    const [first, last] = [ratios[0], ratios.at(-1)];
    if (first === undefined || last === undefined) return;
    const rate = rounded(last.rate / first.rate);
    const cpu = rounded(last.cpu / first.cpu);
    console.log(
      `${store}: at ${sizes.at(-1)} readings ${rate} of the rate at ${sizes[0]}, ${cpu} of the CPU time a reading`,
    );
    printRow(name, { store, what: 'last to first', rate, cpu });
  } finally {
    for (const each of hospitals) await each.stop();
    postgresql?.remove();
    rmSync(folder, { recursive: true, force: true });
  }
}

async function hospital(
  folder: string,
  which: string,
  postgresql: PrivatePostgresql | undefined,
): Promise<LoadedHospital> {
  const dataDir = join(folder, which);
  mkdirSync(dataDir);
  const databaseUrl = await postgresql?.createDatabase();
  return LoadedHospital.start({ authority: await makeTestAuthority(), dataDir, databaseUrl, patients });
}

/** To the hospital whose store stays small, medians of the rounds. */
interface Ratios {
  readonly rate: number;
  /** Of the CPU time of a reading. */
  readonly cpu: number;
}

async function measure(store: string, size: number, growing: LoadedHospital, small: LoadedHospital): Promise<Ratios> {
  const pairs: { readonly grown: Round; readonly reference: Round }[] = [];
  for (let round = 0; round < rounds; round++) {
    const reference = await small.round(load);
    pairs.push({ grown: await growing.round(load), reference });
  }
  const rate = median(pairs.map(({ grown, reference }) => grown.perSecond / reference.perSecond));
  const cpu = median(pairs.map(({ grown, reference }) => grown.cpuMsPerReading / reference.cpuMsPerReading));
  const row = {
    store,
    size: String(size),
    perSecond: Math.round(median(pairs.map(({ grown }) => grown.perSecond))),
    smallPerSecond: Math.round(median(pairs.map(({ reference }) => reference.perSecond))),
    ratioToSmall: rounded(rate),
    cpuMsPerReading: rounded(median(pairs.map(({ grown }) => grown.cpuMsPerReading))),
    smallCpuMsPerReading: rounded(median(pairs.map(({ reference }) => reference.cpuMsPerReading))),
  };
  console.log(
    `${store}, ${size} readings: ${row.perSecond}/s, ${row.ratioToSmall} of a small store's, ${row.cpuMsPerReading} ms CPU a reading`,
  );
  printRow(name, row);
  return { rate, cpu };
}
