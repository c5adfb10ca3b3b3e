// The whole chain without pages: recordings in, a report out.
import { writeFileSync } from 'node:fs';
import { setTimeout as wait } from 'node:timers/promises';
import { DemoError } from '../errors.ts';
import { crewOnDuty, doctorOnDuty } from '../people/on-duty.ts';
import type { CardsAre } from '../process/cards-in-readers.ts';
import type { PhoneCounts } from '../process/phones-messages.ts';
import type { Report } from '../report/report.ts';
import { type Bed, durationS } from '../scenario/bed.ts';
import { crew, doctor, type World } from '../world/world.ts';
import { interrupt, seededRandom } from './interruptions.ts';
import { carriedSpeed, replayTime } from './replay-time.ts';
import { RunningDemo } from './running-demo.ts';

export interface HeadlessOptions {
  readonly world: World;
  readonly beds: readonly Bed[];
  readonly speed: number;
  readonly databaseUrl?: string | undefined;
  readonly cards: CardsAre;
  readonly ble?: 'emulated' | undefined;
  readonly kills: number;
  readonly seed: number;
  readonly say: (line: string) => void;
  /** Resolves when somebody ends the run before its end. */
  readonly interrupted: Promise<void>;
}

/** How long the rest of the chain has to come to rest once the sensors are done, without any progress; in ms. */
const restWithin = 60_000;
const lookEvery = 500;

export async function runHeadless(options: HeadlessOptions): Promise<Report> {
  const { world, beds, databaseUrl, cards, ble, kills, seed, say, interrupted } = options;
  const speed = carriedSpeed(beds, options.speed);
  const time = replayTime(beds, speed, 'stops at the end');
  const before = await world.store.counts();
  const demo = await RunningDemo.start({
    world,
    beds,
    time,
    databaseUrl,
    peoplePort: 0,
    pages: {},
    cards,
    ble,
    onRestart: (name, restarts) => say(`${name} started again (${restarts})`),
    onTrouble: say,
  });
  const ended = new AbortController();
  const devices: { stop(): Promise<void> }[] = [];
  try {
    const { peopleUrl: hospitalUrl } = demo;
    const doctorDevice = await doctorOnDuty(
      { link: await world.invite(doctor, hospitalUrl), hospitalUrl },
      ({ measuredAt }, openedAt) => demo.latencies.reachedDoctor(measuredAt.utcMs, openedAt),
    );
    devices.push(doctorDevice, await crewOnDuty({ link: await world.invite(crew, hospitalUrl), hospitalUrl }));
    const limit = speed < options.speed ? `, which is what one machine carries (asked for: ${options.speed})` : '';
    say(`${beds.length} patients, ${speed} times as fast as life${limit}`);
    await demo.startSensors();
    const progress = setInterval(() => say(`${demo.measured} readings measured`), 5_000);
    const durationMs = (Math.max(...beds.map(durationS)) * 1000) / speed;
    if (kills > 0) say(`killing ${kills} times, seed ${seed}`);
    const interruptions = interrupt(demo.processes, {
      times: kills,
      withinMs: Math.max(durationMs, kills * 500),
      random: seededRandom(seed),
      signal: ended.signal,
      onKill: (name) => say(`${name} killed`),
    });
    try {
      await orEnd(demo, interrupted, Promise.all([demo.sensorsFinished(), interruptions]));
    } finally {
      clearInterval(progress);
    }
    const phones = await orEnd(demo, interrupted, rest(demo, world, doctorDevice.opened, before.alarms.raised));
    const after = await world.store.counts();
    return {
      patients: beds.length,
      readings: {
        measured: demo.measured,
        acknowledged: phones.acknowledged,
        stored: after.stored - before.stored,
        duplicates: after.duplicates - before.duplicates,
      },
      alarms: {
        raised: after.alarms.raised - before.alarms.raised,
        delivered: after.alarms.delivered - before.alarms.delivered,
        openedByDoctor: doctorDevice.opened.size,
      },
      dispatches: after.dispatches - before.dispatches,
      refused: after.refused - before.refused,
      latencyMs: demo.latencies.percentiles(),
    };
  } finally {
    ended.abort();
    await Promise.all(devices.map((device) => device.stop()));
    await demo.stop();
  }
}

export function writeReport(file: string, report: Report): void {
  writeFileSync(file, `${JSON.stringify(report, null, 2)}\n`);
}

/** Until the outboxes are empty and every alarm is confirmed as opened, and nothing has changed since the last look. */
async function rest(
  demo: RunningDemo,
  world: World,
  opened: ReadonlySet<string>,
  raisedBefore: number,
): Promise<PhoneCounts> {
  let last = '';
  let lastChange = Date.now();
  for (;;) {
    const phones = await demo.phones.counts();
    const { alarms, stored } = await world.store.counts();
    const isSettled =
      phones.waiting === 0 && alarms.raised - raisedBefore === opened.size && alarms.raised === alarms.opened;
    const now = JSON.stringify([phones, alarms, stored, opened.size]);
    if (now === last && isSettled) return phones;
    if (now !== last) lastChange = Date.now();
    else if (Date.now() - lastChange > restWithin) return phones;
    last = now;
    await wait(lookEvery);
  }
}

/** A process that is beyond help ends the run, and so does whoever started it. */
function orEnd<T>(demo: RunningDemo, interrupted: Promise<void>, work: Promise<T>): Promise<T> {
  const broken = interrupted.then(() => {
    throw new DemoError('demo-interrupted', 'ended before the recordings did: no report');
  });
  return Promise.race([work, broken, demo.failed]);
}
