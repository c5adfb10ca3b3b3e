// Where the values of a running sensor come from: a recording, a script, or whoever moves the slider.

import { readFile } from 'node:fs/promises';
import { type ScaledTime, scaledClock } from '@vitalseal/recording';
import type { SensorDevice } from '../device/sensor-device.ts';
import { SensorError } from '../errors.ts';
import { readRows } from '../recording/read-rows.ts';
import { rowsOfPatient, scheduleOf } from '../recording/replay.ts';
import { resumeOrBegin } from '../recording/replay-state.ts';
import { type ReadingSource, scheduledReadings } from '../recording/scheduled-readings.ts';
import { decodeProgress, noProgress, progressName } from '../records/progress.ts';
import { conditionText, controlByKeys, keysHelp } from '../simulated/control-keys.ts';
import { openControlPage } from '../simulated/control-page.ts';
import type { Condition, Physiology } from '../simulated/physiology.ts';
import { parseScript, type Script } from '../simulated/script.ts';
import { simulatedReadings } from '../simulated/simulated-readings.ts';
import { askedClock, parseNumber, type RunOptions } from './options.ts';

export interface Values {
  readonly source: ReadingSource;
  readonly clock: { now(): number };
  close(): Promise<void>;
}

export type ReadValues = (device: SensorDevice, stop: () => void) => Promise<Values>;

/** Reads what there is to be read, so that a mistake is told before a phone is waited for. */
export async function valuesFor(options: RunOptions, say: (line: string) => void): Promise<ReadValues> {
  askedClock(options);
  if (options.replay !== undefined) return replayOf(options, options.replay);
  const asked = askedSimulation(options);
  const script = options.script === undefined ? undefined : parseScript(await readText(options.script));
  return (_device, stop) => simulation(options, { asked, script }, { stop, say });
}

async function replayOf(options: RunOptions, file: string): Promise<ReadValues> {
  const rows = rowsOfPatient(await readRows(file), options.patient);
  return async (device) => {
    // Only now: a sensor that is nobody's measures nothing.
    const asked = askedClock(options);
    const progress = await device.storage.read(progressName);
    const { measured } = progress ? decodeProgress(progress) : noProgress;
    const replay = await resumeOrBegin(device.storage, {
      name: `${file} ${options.patient ?? ''} ${options.clock ?? options.speed}`,
      clock: asked,
      measuredBefore: measured,
    });
    const clock = scaledClock(replay.clock);
    const readings = scheduleOf(rows, replay.clock.origin);
    return {
      source: scheduledReadings({ readings, measuredBefore: replay.measuredBefore, clock }),
      clock,
      close: async () => {},
    };
  };
}

interface Operator {
  readonly stop: () => void;
  readonly say: (line: string) => void;
}

interface AskedSimulation {
  readonly everyMs: number;
  readonly seed: number | undefined;
  readonly port: number;
}

function askedSimulation({ every, seed, controlPort = '0' }: RunOptions): AskedSimulation {
  return {
    everyMs: parseNumber(every, 'seconds between readings', 0.1, 3600) * 1000,
    seed: seed === undefined ? undefined : parseNumber(seed, 'a seed', 0, 2 ** 32 - 1),
    port: parseNumber(controlPort, 'a port', 0, 65535),
  };
}

interface Simulation {
  readonly asked: AskedSimulation;
  readonly script: Script | undefined;
}

async function simulation(options: RunOptions, { asked, script }: Simulation, operator: Operator): Promise<Values> {
  const time: ScaledTime = askedClock(options);
  const clock = scaledClock(time);
  const { everyMs, seed = time.startedAt, port } = asked;
  const source = simulatedReadings({ clock, everyMs, seed, ...(script && { script }) });
  const close = script ? async () => {} : await controlled(source.patient, port, operator);
  return { source, clock, close };
}

async function controlled(patient: Physiology, port: number, { stop, say }: Operator): Promise<() => Promise<void>> {
  const condition = () => patient.condition;
  const change = (changed: Partial<Condition>) => {
    patient.condition = { ...patient.condition, ...changed };
    say(conditionText(patient.condition));
  };
  const page = await openControlPage({ condition, change }, port);
  say(`the simulated patient: ${page.url}`);
  if (process.stdin.isTTY) say(keysHelp);
  const leaveKeys = controlByKeys(process.stdin, { condition, change, quit: stop });
  return async () => {
    leaveKeys();
    await page.close();
  };
}

async function readText(file: string): Promise<string> {
  try {
    return await readFile(file, 'utf8');
  } catch (cause) {
    throw new SensorError('sensor-recording-unreadable', `expected a script that can be read at ${file}`, { cause });
  }
}
