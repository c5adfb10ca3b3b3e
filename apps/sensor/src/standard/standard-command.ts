// `vitalseal sensor standard`: a sensor of the shops, for tests and development.

import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { adapterForms } from '@vitalseal/ble/node';
import { type StandardProfile, standardProfiles } from '@vitalseal/protocol';
import { parseScaledTime, type ScaledTime, scaledClock } from '@vitalseal/recording';
import { Command } from 'commander';
import { SensorError } from '../errors.ts';
import { readRows } from '../recording/read-rows.ts';
import { rowsOfPatient } from '../recording/replay.ts';
import { expectAdapter, parseName } from '../run/options.ts';
import { runStandard } from './run-standard.ts';

interface StandardOptions {
  readonly data: string;
  readonly ble: string;
  readonly profiles: string;
  readonly replay: string;
  readonly patient?: string;
  readonly speed: string;
  readonly clock?: string;
  readonly name: string;
  readonly address?: string;
  readonly glucose?: string;
  readonly weight?: string;
  readonly open?: boolean;
}

export function standardCommand(): Command {
  return new Command('standard')
    .description('a standard Bluetooth sensor that replays a recording and seals nothing, for tests and development')
    .requiredOption('--data <folder>', 'folder for the keys of paired phones')
    .requiredOption('--ble <adapter>', `Bluetooth adapter: ${adapterForms.peripheral}`)
    .requiredOption('--profiles <list>', `of ${standardProfiles.join(',')}`)
    .requiredOption('--replay <file>', 'recording, CSV')
    .option('--patient <name>', 'which patient of the recording, if it has several')
    .option('--speed <n>', 'times faster than life', '1')
    .option('--clock <origin,startedAt,speed>', 'the clock of a replay that other processes share, in place of --speed')
    .option('--name <name>', 'what it calls itself', 'Standard sensor')
    .option('--address <address>', 'its own address, static and random: C1:23:45:67:89:AB')
    .option('--glucose <list>', 'mg/dL that the meter has stored at the beginning, like 95,140')
    .option('--weight <kg>', 'what the scale shows with each row')
    .option('--open', 'without LE Secure Connections, as many straps are')
    .action(run);
}

async function run(options: StandardOptions): Promise<void> {
  expectAdapter(options.ble);
  const name = parseName(options.name);
  const profiles = options.profiles.split(',').map(parseProfile);
  const stored = options.glucose?.split(',').map((text) => parseValue(text, 'glucose', 2000)) ?? [];
  const weight = options.weight === undefined ? undefined : parseValue(options.weight, 'a weight', 300);
  const rows = rowsOfPatient(await readRows(options.replay), options.patient);
  mkdirSync(options.data, { recursive: true, mode: 0o700 });
  const clock = askedClock(options);
  const stop = new AbortController();
  const stopped = () => stop.abort();
  process.once('SIGINT', stopped).once('SIGTERM', stopped);
  try {
    await runStandard(
      {
        adapter: options.ble,
        bondFolder: join(options.data, 'bluetooth'),
        name,
        profiles,
        access: options.open === true ? 'open' : 'secured',
        rows,
        stored,
        clock: { origin: clock.origin, now: () => scaledClock(clock).now() },
        offsetMinutes: -new Date().getTimezoneOffset(),
        advertised: (address) => console.log(`advertised at ${address}`),
        ...(weight !== undefined && { weight }),
        ...(options.address !== undefined && { identity: options.address.toUpperCase() }),
      },
      stop.signal,
    );
  } finally {
    process.off('SIGINT', stopped).off('SIGTERM', stopped);
  }
}

function parseProfile(text: string): StandardProfile {
  const found = standardProfiles.find((profile) => profile === text.trim());
  if (found === undefined) throw invalid(`profiles among ${standardProfiles.join(', ')}`);
  return found;
}

function askedClock({ clock, speed }: StandardOptions): ScaledTime {
  if (clock !== undefined) return parseScaledTime(clock);
  const now = Date.now();
  return { origin: now, startedAt: now, speed: parseValue(speed, 'a speed', 1_000_000) };
}

function parseValue(text: string, what: string, most: number): number {
  const number = Number(text);
  if (text.trim() === '' || !(number > 0 && number <= most)) throw invalid(`${what} above 0 and of at most ${most}`);
  return number;
}

function invalid(expected: string): SensorError {
  return new SensorError('sensor-option-invalid', `expected ${expected}`);
}
