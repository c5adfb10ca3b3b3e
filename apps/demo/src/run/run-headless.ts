// The whole chain without pages: recordings in, a report out.
import { writeFileSync } from 'node:fs';
import { DemoError } from '../errors.ts';
import { crewOnDuty, doctorOnDuty } from '../people/on-duty.ts';
import type { CardsAre } from '../process/cards-in-readers.ts';
import type { Report } from '../report/report.ts';
import { type Bed, durationS } from '../scenario/bed.ts';
import { crew, doctor, type World } from '../world/world.ts';
import { interrupt, seededRandom } from './interruptions.ts';
import { carriedSpeed, replayTime } from './replay-time.ts';
import { acknowledged, progressOf } from './run-progress.ts';
import { RunningDemo } from './running-demo.ts';
import { type Rest, untilRest } from './until-rest.ts';

export interface HeadlessOptions {
  readonly world: World;
  readonly beds: readonly Bed[];
  readonly speed: number;
  readonly databaseUrl?: string | undefined;
  readonly cards: CardsAre;
  readonly ble?: 'emulated' | undefined;
  readonly kills: number;
  readonly seed: number;
  /** How long nothing may move while something is still to come, in ms. */
  readonly stallAfterMs: number;
  readonly say: (line: string) => void;
  /** Resolves when somebody ends the run before its end. */
  readonly interrupted: Promise<void>;
}

export interface HeadlessRun {
  readonly report: Report;
  /** The run stood still before its end; the report says how far it had come. */
  readonly stalled: Rest['stalled'];
}

export async function runHeadless(options: HeadlessOptions): Promise<HeadlessRun> {
  const { world, beds, databaseUrl, cards, ble, kills, seed, stallAfterMs, say, interrupted } = options;
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
    const durationMs = (Math.max(...beds.map(durationS)) * 1000) / speed;
    if (kills > 0) say(`killing ${kills} times, seed ${seed}`);
    const interruptions = async () => {
      await demo.begin();
      await interrupt(demo.processes, {
        times: kills,
        withinMs: Math.max(durationMs, kills * 500),
        random: seededRandom(seed),
        signal: ended.signal,
        onKill: (name) => say(`${name} killed`),
      });
    };
    let isPlayed = false;
    const playing = Promise.all([demo.sensorsFinished(), interruptions()]).then(() => {
      isPlayed = true;
    });
    const { opened } = doctorDevice;
    const look = progressOf({ before, demo, world, beds, opened, isPlayed: () => isPlayed });
    const rest = untilRest({ look, beds, stallAfterMs, say, signal: ended.signal });
    const { progress, stalled } = await orEnd(demo, interrupted, rest, playing);
    const after = await world.store.counts();
    const report: Report = {
      patients: beds.length,
      readings: {
        measured: demo.measured,
        acknowledged: acknowledged(progress),
        stored: after.stored - before.stored,
        duplicates: after.duplicates - before.duplicates,
      },
      alarms: {
        raised: after.alarms.raised - before.alarms.raised,
        delivered: after.alarms.delivered - before.alarms.delivered,
        openedByDoctor: opened.size,
      },
      dispatches: after.dispatches - before.dispatches,
      refused: after.refused - before.refused,
      latencyMs: demo.latencies.percentiles(),
    };
    return { report, stalled };
  } finally {
    ended.abort();
    // Together: a device that waits for a hospital that hangs is free once that is ended.
    await Promise.all([...devices.map((device) => device.stop()), demo.stop()]);
  }
}

export function writeReport(file: string, report: Report): void {
  writeFileSync(file, `${JSON.stringify(report, null, 2)}\n`);
}

/** A process that is beyond help ends the run, and so do sensors that fail and whoever started it. */
function orEnd<T>(demo: RunningDemo, interrupted: Promise<void>, work: Promise<T>, playing: Promise<void>): Promise<T> {
  const broken = interrupted.then(() => {
    throw new DemoError('demo-interrupted', 'ended before the recordings did: no report');
  });
  // What is lost in the race is no error of its own: the look that was under way when the run ended.
  work.catch(() => {});
  return Promise.race([work, playing.then(() => work), broken, demo.failed]);
}
