// From the sensor's measurement to the opened reading at the doctor's device, and to the opened acknowledgement at the
// patient's element: eight patients at a reading a second, idle and while 100,000 older readings are taken in. Against
// the least chain, which carries the same bytes at the same time (see sensor-to-doctor/least-process.ts).
//
//   node benchmarks/sensor-to-doctor.ts [--quick]
import { mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';
import { parseArgs } from 'node:util';
import { leaveServerCore } from './measure/child.ts';
import { printRow } from './measure/results.ts';
import { median, rounded } from './measure/statistics.ts';
import type { BacklogDone } from './sensor-to-doctor/backlog-process.ts';
import type { Chain, ChainOptions } from './sensor-to-doctor/chain.ts';
import { startLeastChain } from './sensor-to-doctor/least-chain.ts';
import type { End, Span } from './sensor-to-doctor/samples.ts';
import { scheduleOf } from './sensor-to-doctor/schedule.ts';
import { startVitalsealChain } from './sensor-to-doctor/vitalseal-chain.ts';

const { values } = parseArgs({ options: { quick: { type: 'boolean', default: false } } });
const patients = 8;
const idleSeconds = values.quick ? 8 : 60;
const rounds = values.quick ? 1 : 5;
const backlogShape = { phones: 10, recordsAPost: 250, posts: values.quick ? 8 : 40 };
/** Until handshakes are done and what runs is compiled; and until what was measured last has come. */
const settleMs = 6_000;
const longestSeconds = 1_800;

const name = 'sensor-to-doctor';

interface Measured {
  readonly chain: Chain;
  readonly loaded: Span[];
  readonly rates: number[];
}

/** By then both chains stand: eight cards are activated over the air. */
const begin = Date.now() + 45_000;
const dataDir = mkdtempSync(join(tmpdir(), 'vitalseal-bench-'));
const started: Chain[] = [];
try {
  leaveServerCore();
  const ours = await start(startVitalsealChain, 'ours', 0);
  const least = await start(startLeastChain, 'least', 62);
  await wait(Math.max(0, begin - Date.now()) + settleMs);
  const idle: Span = { from: Date.now(), to: Date.now() + idleSeconds * 1000 };
  await wait(idleSeconds * 1000 + settleMs);
  for (let round = 0; round < rounds; round++) for (const measured of [least, ours]) await load(measured);

  for (const end of ['openedAt', 'acknowledgedAt'] as const) {
    say('idle', end, { ours: ours.chain, least: least.chain }, { ours: [idle], least: [idle] });
    say('backlog', end, { ours: ours.chain, least: least.chain }, { ours: ours.loaded, least: least.loaded });
  }
  const remarks = await ours.chain.remarks();
  const leastPerSecond = Math.round(median(least.rates));
  printRow(name, {
    phase: 'the backlog itself',
    perSecond: Math.round(median(ours.rates)),
    leastPerSecond,
    ...remarks,
  });
} finally {
  for (const chain of started) await chain.stop();
  rmSync(dataDir, { recursive: true, force: true });
}

async function start(
  startChain: (options: ChainOptions) => Promise<Chain>,
  folder: string,
  shiftMs: number,
): Promise<Measured> {
  const own = join(dataDir, folder);
  mkdirSync(own);
  const schedule = scheduleOf({ patients, seconds: longestSeconds, from: begin, shiftMs });
  const backlogSeconds = rounds * backlogShape.posts * backlogShape.recordsAPost;
  const backlog = { ...backlogShape, from: begin - backlogSeconds * 1000 };
  const chain = await startChain({ dataDir: own, schedule, backlog });
  started.push(chain);
  return { chain, loaded: [], rates: [] };
}

async function load({ chain, loaded, rates }: Measured): Promise<void> {
  await chain.prepareBacklog();
  await wait(1_000);
  const { startedAt, endedAt, records }: BacklogDone = await chain.sendBacklog();
  loaded.push({ from: startedAt, to: endedAt });
  rates.push((records / (endedAt - startedAt)) * 1000);
  await wait(settleMs);
}

interface Both<T> {
  readonly ours: T;
  readonly least: T;
}

function say(phase: string, end: End, chains: Both<Chain>, spans: Both<readonly Span[]>): void {
  const ours = chains.ours.samples.latencies(end, spans.ours);
  const least = chains.least.samples.latencies(end, spans.least);
  const until = end === 'openedAt' ? "opened at the doctor's device" : 'acknowledgement opened at the element';
  const row = {
    phase,
    until,
    p50Ms: ours.at(0.5),
    p99Ms: ours.at(0.99),
    longestMs: ours.at(1),
    leastP50Ms: least.at(0.5),
    leastP99Ms: least.at(0.99),
    p50Ratio: rounded(ours.at(0.5) / least.at(0.5)),
    p99Ratio: rounded(ours.at(0.99) / least.at(0.99)),
    readings: ours.count,
    missing: ours.missing,
  };
  console.log(
    `${phase}, until ${until}: p50 ${row.p50Ms} ms, p99 ${row.p99Ms} ms (least chain ${row.leastP50Ms}, ${row.leastP99Ms})`,
  );
  printRow(name, row);
}
