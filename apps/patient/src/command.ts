// `vitalseal patient`: the phone without a screen.

import { parseActivationLink } from '@vitalseal/certifying-authority';
import { formatIdentity, type Identity } from '@vitalseal/protocol';
import { parseClock } from '@vitalseal/recording';
import { Command } from 'commander';
import { askControl } from './control/control-socket.ts';
import { enrolPatient, openElement, openEnrolledElement } from './element/data-folder.ts';
import { enteredMeasurements, valueNames } from './entered-values.ts';
import { PatientError } from './errors.ts';
import { runGateway } from './run-gateway.ts';
import { type StatusReport, statusText } from './status-text.ts';

interface RunOptions {
  readonly data: string;
  readonly hospital: string;
  readonly listen: string;
  readonly sensor: string[];
  readonly location?: string;
  readonly clock?: string;
  readonly batch: string;
}

export function patientCommand(): Command {
  const command = new Command('patient').description("the patient's phone without a screen, with its secure element");
  command
    .command('enrol')
    .description('make a key in the secure element and get its certificate with an activation link')
    .argument('<link>', 'activation link, from "vitalseal ca invite"')
    .requiredOption('--data <folder>', 'folder of the secure element')
    .option('--sensor <id>', 'sensor to bond with; may be given several times', collect, [])
    .option('--hospital-id <id>', 'hospital to bond with; without it the first certified one is kept')
    .action(enrol);
  command
    .command('run')
    .description('take readings from sensors and deliver them to the hospital, until stopped')
    .requiredOption('--data <folder>', 'folder the patient was enrolled in')
    .requiredOption('--hospital <url>', "the hospital's listener for devices, https://host:port")
    .option('--listen <host:port>', 'where sensors connect over TCP, in place of Bluetooth LE', '127.0.0.1:7700')
    .option('--sensor <id>', 'sensor to bond with; may be given several times', collect, [])
    .option('--location <lat,lon>', 'where the patient is, in degrees')
    .option('--clock <origin,startedAt,speed>', 'the clock of a replay that other processes share')
    .option('--batch <n>', 'readings in one request, 1 to 256', '256')
    .action(run);
  command
    .command('status')
    .description('say what waits, what is confirmed and what was refused')
    .requiredOption('--data <folder>', 'folder the patient was enrolled in')
    .option('--json', 'as JSON')
    .action(status);
  const enter = command
    .command('enter')
    .description('enter a reading by hand')
    .requiredOption('--data <folder>', 'folder the patient was enrolled in');
  for (const name of valueNames) enter.option(`--${name} <value>`, `the value of ${name}`);
  enter.action(enterByHand);
  command
    .command('retry')
    .description('send again what the hospital had refused')
    .requiredOption('--data <folder>', 'folder the patient was enrolled in')
    .action(retry);
  return command;
}

async function enrol(link: string, options: { data: string; sensor: string[]; hospitalId?: string }): Promise<void> {
  const activation = parseActivationLink(link);
  const { hospitalId } = options;
  await enrolPatient(options.data, activation, {
    sensors: options.sensor.map(sensorIdentity),
    ...(hospitalId !== undefined && { hospital: checked({ role: 'hospital', id: hospitalId }) }),
  });
  console.log(`enrolled ${formatIdentity(activation.identity)}`);
}

async function run(options: RunOptions): Promise<void> {
  const location = options.location === undefined ? undefined : parseLocation(options.location);
  const stopped = Promise.withResolvers<void>();
  const stop = () => stopped.resolve();
  process.once('SIGINT', stop).once('SIGTERM', stop);
  try {
    await runGateway(
      {
        folder: options.data,
        hospital: options.hospital,
        listen: parseAddress(options.listen),
        sensors: options.sensor.map(sensorIdentity),
        clock: parseClock(options.clock),
        batch: parseWhole(options.batch, 'a batch', 1, 256),
        say: (line) => console.log(line),
        ...(location && { location }),
      },
      stopped.promise,
    );
  } finally {
    process.off('SIGINT', stop).off('SIGTERM', stop);
  }
}

async function status({ data, json }: { data: string; json?: boolean }): Promise<void> {
  const report = ((await askControl(data, 'status')) as StatusReport | undefined) ?? (await statusAtRest(data));
  const now = Date.now();
  console.log(json ? JSON.stringify(report, null, 2) : statusText(report, now, now));
}

async function statusAtRest(folder: string): Promise<StatusReport> {
  const { element } = await openEnrolledElement(folder);
  try {
    element.unlock();
    return { ...(await element.display()), running: undefined };
  } finally {
    await element.close();
  }
}

async function enterByHand({ data, ...values }: { data: string } & Record<string, string>): Promise<void> {
  const measurements = enteredMeasurements(values);
  if ((await askControl(data, 'enter', values)) === undefined) {
    const { element } = await openEnrolledElement(data);
    try {
      element.unlock();
      const now = Date.now();
      await element.enterReading(
        { measuredAt: { utcMs: now, offsetMinutes: -new Date().getTimezoneOffset() }, measurements },
        now,
      );
    } finally {
      await element.close();
    }
  }
  console.log('kept; it is sent to the hospital while "vitalseal patient run" runs');
}

async function retry({ data }: { data: string }): Promise<void> {
  let readings = await askControl(data, 'retry-refused');
  if (readings === undefined) {
    const element = await openElement(data);
    try {
      readings = await element.retryRefused();
    } finally {
      await element.close();
    }
  }
  console.log(`waiting again: ${readings}`);
}

function collect(value: string, before: string[]): string[] {
  return [...before, value];
}

function sensorIdentity(id: string): Identity {
  return checked({ role: 'sensor', id });
}

function checked(identity: Identity): Identity {
  formatIdentity(identity);
  return identity;
}

function parseAddress(text: string): { host: string; port: number } {
  const [, host, port] = /^\[?([^\]]+)\]?:(\d{1,5})$/.exec(text) ?? [];
  if (host === undefined || port === undefined) throw invalid('an address as host:port');
  return { host, port: parseWhole(port, 'a port', 0, 65535) };
}

function parseLocation(text: string): { latitude: number; longitude: number } {
  const [, latitude, longitude] = /^(-?\d{1,2}(?:\.\d+)?),(-?\d{1,3}(?:\.\d+)?)$/.exec(text) ?? [];
  if (latitude === undefined || longitude === undefined) throw invalid('a place as latitude,longitude in degrees');
  if (Math.abs(Number(latitude)) > 90 || Math.abs(Number(longitude)) > 180) throw invalid('a place on the globe');
  return { latitude: Number(latitude), longitude: Number(longitude) };
}

function parseWhole(text: string, what: string, least: number, most: number): number {
  const number = Number(text);
  if (!/^\d+$/.test(text) || number < least || number > most) throw invalid(`${what} from ${least} to ${most}`);
  return number;
}

function invalid(expected: string): PatientError {
  return new PatientError('patient-option-invalid', `expected ${expected}`);
}
