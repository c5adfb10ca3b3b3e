// vitalseal demo
import { closeSync, existsSync, mkdtempSync, openSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Command, InvalidArgumentError, Option } from 'commander';
import { DemoError } from './errors.ts';
import { type CardsAre, expectReaders } from './process/cards-in-readers.ts';
import { runHeadless, writeReport } from './run/run-headless.ts';
import { runWithPages } from './run/run-with-pages.ts';
import type { Bed } from './scenario/bed.ts';
import { bedsOfRecordings } from './scenario/beds-of-recordings.ts';
import { showcaseBeds } from './scenario/showcase.ts';
import { keyPlace } from './world/key-place.ts';
import { prepareWorld } from './world/world.ts';

interface DemoOptions {
  headless?: true;
  replay?: readonly string[];
  speed?: number;
  report?: string;
  databaseUrl?: string;
  peoplePort: number;
  card: CardsAre;
  ble?: 'emulated';
  kill: number;
  seed: number;
  stallAfter: number;
  tpm?: string;
}

const usualSpeed = 60;
const mostSpeed = 1_000_000;

export function demoCommand(): Command {
  return new Command('demo')
    .description(
      'Starts a certifying authority, a hospital, patients with sensors and phones, a doctor and an ambulance on this machine, and plays real recordings through them. With pages by default: the console says what to open.',
    )
    .option('--headless', 'no pages: plays the recordings to their end, writes the report and exits')
    .option('--replay <file...>', 'recordings to play, CSV (default: eight that come with the demo)', collect)
    .option('--speed <n>', `how many times faster than life (default: ${usualSpeed})`, positive)
    .option('--report <file>', 'where a headless run writes its counts, as JSON (default: standard output)')
    .option('--people-port <port>', 'port of the pages on the loopback interface; 0 for any', port, 8080)
    .option('--database-url <url>', 'PostgreSQL for the hospital (default: SQLite)')
    .addOption(
      new Option(
        '--card <where>',
        "where the patients' cards are: in their phones, or in readers of the PC/SC stack, 16 at most",
      )
        .choices(['software', 'pcsc'])
        .default('software'),
    )
    .addOption(
      new Option(
        '--ble <radio>',
        "the sensors in a process of their own, and between them and the phones an emulated radio (Debian's bluez-test-tools), in place of TCP",
      ).choices(['emulated']),
    )
    .option('--tpm <where>', "the hospital's keys in a TPM: at an address, or swtpm for one of the demo's own")
    .option('--kill <times>', 'headless: kill the hospital, the phones and the cards in turn, so many times', whole, 0)
    .option('--seed <n>', 'of the moments at which --kill kills', whole, 1)
    .option(
      '--stall-after <seconds>',
      'headless: how long nothing may move, with something still to come, before the run is given up',
      positive,
      120,
    )
    .addHelpText(
      'after',
      '\nExamples:\n  vitalseal demo\n  vitalseal demo --headless --replay patient.csv --speed 600 --report report.json\n  vitalseal demo --headless --tpm swtpm',
    )
    .action(demo);
}

async function demo(options: DemoOptions): Promise<void> {
  const { headless, replay, speed = usualSpeed, report, databaseUrl, card: cards, ble, kill, seed, tpm } = options;
  const stallAfterMs = options.stallAfter * 1000;
  if (!headless && (report !== undefined || kill > 0)) {
    throw new DemoError('demo-option', 'expected --headless together with --report or --kill');
  }
  if (report !== undefined) expectWritable(report);
  const beds = await bedsToPlay(replay);
  if (cards === 'pcsc') expectReaders(beds.length);
  const place = await keyPlace(tpm);
  const dataDir = mkdtempSync(join(tmpdir(), 'vitalseal-demo-'));
  const interrupted = new Promise<void>((resolve) => {
    process.once('SIGINT', () => resolve());
    process.once('SIGTERM', () => resolve());
  });
  const say = (line: string) => process.stderr.write(`${line}\n`);
  try {
    const { keys } = place;
    say(
      keys.kind === 'tpm'
        ? `the hospital's keys are in the TPM at ${keys.address}`
        : "the hospital's keys are in files",
    );
    const onActivated = progress(beds.length, say);
    const world = await prepareWorld({ dataDir, databaseUrl, beds, cards, keys, onActivated });
    try {
      if (headless) {
        const { report: result, stalled } = await runHeadless({
          world,
          beds,
          speed,
          databaseUrl,
          cards,
          ble,
          kills: kill,
          seed,
          stallAfterMs,
          say,
          interrupted,
        });
        if (report === undefined) process.stdout.write(`${JSON.stringify(result, null, 2)}\n`);
        else writeReport(report, result);
        if (stalled) {
          // The work failed; nobody's option was wrong.
          say(`vitalseal: ${stalled.message} (${stalled.code})`);
          process.exitCode = 1;
        }
      } else {
        await runWithPages({
          world,
          beds,
          speed,
          databaseUrl,
          peoplePort: options.peoplePort,
          cards,
          ble,
          interrupted,
        });
      }
    } finally {
      await world.close();
    }
  } finally {
    await place.close();
    rmSync(dataDir, { recursive: true, force: true });
  }
}

/** Known before the run, which may take hours; a file that was there keeps what it has until there is a new report. */
function expectWritable(report: string): void {
  const isNew = !existsSync(report);
  try {
    closeSync(openSync(report, 'a'));
    if (isNew) rmSync(report);
  } catch (error) {
    const why = error instanceof Error && 'code' in error ? `: the system says ${String(error.code)}` : '';
    throw new DemoError('demo-option', `expected a file that the report can be written to, and not ${report}${why}`);
  }
}

async function bedsToPlay(files: readonly string[] | undefined): Promise<readonly Bed[]> {
  return files === undefined ? showcaseBeds() : bedsOfRecordings(files);
}

function progress(beds: number, say: (line: string) => void): (activated: number) => void {
  return (activated) => {
    if (activated === beds || activated % 25 === 0) say(`activated ${activated} of ${beds} cards, over the air`);
  };
}

function collect(file: string, files: readonly string[] = []): readonly string[] {
  return [...files, file];
}

function positive(text: string): number {
  const value = Number(text);
  if (!(value > 0 && value <= mostSpeed))
    throw new InvalidArgumentError(`expected a number over 0, up to ${mostSpeed}`);
  return value;
}

function whole(text: string): number {
  if (!/^\d{1,9}$/.test(text)) throw new InvalidArgumentError('expected a whole number');
  return Number(text);
}

function port(text: string): number {
  const value = whole(text);
  if (value > 65_535) throw new InvalidArgumentError('expected a port');
  return value;
}
