// `vitalseal sensor`: a certified sensor that replays a recording.

import { readFile } from 'node:fs/promises';
import { parseActivationLink } from '@vitalseal/certifying-authority';
import type { Identity } from '@vitalseal/protocol';
import { formatIdentity, formatSensorCode, sensorCodeForScanning } from '@vitalseal/protocol';
import { parseRecording, parseScaledTime, type RecordingRow, type ScaledTime, scaledClock } from '@vitalseal/recording';
import { defaultMtu } from '@vitalseal/sensor-link';
import { Command } from 'commander';
import encodeQR from 'qr';
import { ownCode, resetSensor } from './bonding/bond.ts';
import { knownPatient, type UntilBondedOptions, untilBonded } from './bonding/until-bonded.ts';
import { enrolSensor, openSensorDevice } from './device/data-folder.ts';
import type { SensorDevice } from './device/sensor-device.ts';
import { SensorError } from './errors.ts';
import { phoneOverTcp } from './link/phone-over-tcp.ts';
import { rowsOfPatient, scheduleOf } from './recording/replay.ts';
import { resumeOrBegin } from './recording/replay-state.ts';
import { decodeProgress, noProgress, progressName } from './records/progress.ts';
import { type Sensor, startSensor } from './start-sensor.ts';

interface RunOptions {
  readonly data: string;
  readonly replay: string;
  readonly patient?: string;
  readonly patientId?: string;
  readonly to: string;
  readonly speed: string;
  readonly clock?: string;
  readonly mtu: string;
}

export function sensorCommand(): Command {
  const command = new Command('sensor').description('a certified sensor that replays a recording');
  command
    .command('enrol')
    .description('make a key and get its certificate with an activation link')
    .argument('<link>', 'activation link, from "vitalseal ca invite"')
    .requiredOption('--data <folder>', 'folder for key, certificate and records')
    .action(enrol);
  command
    .command('run')
    .description('replay a recording and send it, sealed, to the patient')
    .requiredOption('--data <folder>', 'folder the sensor was enrolled in')
    .requiredOption('--replay <file>', 'recording, CSV')
    .option(
      '--patient-id <id>',
      'whose secure element to talk to (default: whose phone is given the code on the sensor)',
    )
    .requiredOption('--to <host:port>', "where the patient's phone listens")
    .option('--patient <name>', 'which patient of the recording, if it has several')
    .option('--speed <n>', 'times faster than life', '1')
    .option('--clock <origin,startedAt,speed>', 'the clock of a replay that other processes share, in place of --speed')
    .option('--mtu <bytes>', 'ATT MTU of the link', String(defaultMtu))
    .action(run);
  command
    .command('code')
    .description('show the code on the sensor, by which it is bonded with its patient')
    .requiredOption('--data <folder>', 'folder the sensor was enrolled in')
    .action(showCode);
  command
    .command('reset')
    .description('forget the patient, and every record that was not confirmed: the sensor belongs to nobody again')
    .requiredOption('--data <folder>', 'folder the sensor was enrolled in')
    .option('--new-code', 'with another code on it, for a sensor that others have held')
    .action(reset);
  return command;
}

async function enrol(link: string, { data }: { data: string }): Promise<void> {
  const activation = parseActivationLink(link);
  await enrolSensor(data, activation);
  console.log(`enrolled ${formatIdentity(activation.identity)}`);
}

async function showCode({ data }: { data: string }): Promise<void> {
  await withDevice(data, async ({ storage }) => {
    const { code } = await ownCode(storage);
    console.log(encodeQR(sensorCodeForScanning(code), 'ascii'));
    console.log(formatSensorCode(code));
  });
}

async function reset({ data, newCode = false }: { data: string; newCode?: boolean }): Promise<void> {
  await withDevice(data, ({ storage }) => resetSensor(storage, { replaceCode: newCode }));
  console.log('the sensor is bonded with nobody');
}

async function withDevice<T>(folder: string, errand: (device: SensorDevice) => Promise<T>): Promise<T> {
  const device = await openSensorDevice(folder);
  try {
    return await errand(device);
  } finally {
    await device.storage.close();
  }
}

async function run(options: RunOptions): Promise<void> {
  const { host, port } = parseAddress(options.to);
  const mtu = parseNumber(options.mtu, 'an MTU', 23, 517);
  askedClock(options);
  const rows = rowsOfPatient(await readRows(options.replay), options.patient);
  const told = options.patientId === undefined ? undefined : parsePatient(options.patientId);
  const connect = () => phoneOverTcp({ host, port, mtu });
  await withDevice(options.data, async (device) => {
    const patient = (await knownPatient(device, told)) ?? (await bonded(device, connect));
    if (!patient) return;
    // Only now: a sensor that is nobody's measures nothing.
    const asked = askedClock(options);
    const progress = await device.storage.read(progressName);
    const { measured } = progress ? decodeProgress(progress) : noProgress;
    const replay = await resumeOrBegin(device.storage, {
      name: `${options.replay} ${options.patient ?? ''} ${options.clock ?? options.speed}`,
      clock: asked,
      measuredBefore: measured,
    });
    const sensor = await startSensor({
      device,
      patient,
      readings: scheduleOf(rows, replay.clock.origin),
      measuredBefore: replay.measuredBefore,
      clock: scaledClock(replay.clock),
      settings: { offsetMinutes: -new Date().getTimezoneOffset() },
      connect,
      events: {
        link: ({ state, code }) => console.log(code ? `phone ${state}: ${code}` : `phone ${state}`),
        refused: ({ code }) => console.log(`a record was refused for good and is kept aside: ${code}`),
      },
    });
    await untilFinishedOrStopped(sensor);
  });
}

/** @returns undefined when it was stopped before */
async function bonded(device: SensorDevice, connect: UntilBondedOptions['connect']): Promise<Identity | undefined> {
  const stop = new AbortController();
  const stopped = () => stop.abort();
  process.once('SIGINT', stopped).once('SIGTERM', stopped);
  console.log('bonded with nobody: the phone is to be given the code, "vitalseal sensor code"');
  try {
    const refused = (code: string | undefined) => console.log(`phone refused: ${code ?? 'unknown'}`);
    const patient = await untilBonded({ device, connect, signal: stop.signal, refused });
    if (patient) console.log('bonded with a patient');
    return patient;
  } finally {
    process.off('SIGINT', stopped).off('SIGTERM', stopped);
  }
}

async function untilFinishedOrStopped(sensor: Sensor): Promise<void> {
  const say = () => console.log(describe(sensor));
  const report = setInterval(say, 10_000);
  const stopped = Promise.withResolvers<void>();
  const stop = () => stopped.resolve();
  process.once('SIGINT', stop).once('SIGTERM', stop);
  try {
    await Promise.race([sensor.finished, stopped.promise]);
    await sensor.stop();
    say();
  } finally {
    clearInterval(report);
    process.off('SIGINT', stop).off('SIGTERM', stop);
  }
}

function describe(sensor: Sensor): string {
  const { measured, acknowledged, waiting, refused } = sensor.counts();
  const refusals = refused > 0 ? `, refused ${refused}` : '';
  return `measured ${measured}, acknowledged ${acknowledged}, waiting ${waiting}${refusals}`;
}

async function readRows(file: string): Promise<RecordingRow[]> {
  let content: Uint8Array;
  try {
    content = await readFile(file);
  } catch (cause) {
    throw new SensorError('sensor-recording-unreadable', `expected a recording that can be read at ${file}`, { cause });
  }
  return parseRecording(content, { file });
}

function askedClock({ clock, speed }: RunOptions): ScaledTime {
  if (clock !== undefined) return parseScaledTime(clock);
  const now = Date.now();
  return { origin: now, startedAt: now, speed: parseNumber(speed, 'a speed', 0.001, 1_000_000) };
}

function parsePatient(id: string): Identity {
  const patient: Identity = { role: 'patient', id };
  formatIdentity(patient);
  return patient;
}

function parseAddress(text: string): { host: string; port: number } {
  const [, host, port] = /^\[?([^\]]+)\]?:(\d{1,5})$/.exec(text) ?? [];
  if (host === undefined || port === undefined) throw invalid('an address as host:port');
  return { host, port: parseNumber(port, 'a port', 1, 65535) };
}

function parseNumber(text: string, what: string, least: number, most: number): number {
  const number = Number(text);
  if (text.trim() === '' || !(number >= least && number <= most)) throw invalid(`${what} from ${least} to ${most}`);
  return number;
}

function invalid(expected: string): SensorError {
  return new SensorError('sensor-option-invalid', `expected ${expected}`);
}
