// `vitalseal patient`: the phone without a screen.

import { adapterForms, parseAdapterAddress } from '@vitalseal/ble/node';
import { formatIdentity, type Identity } from '@vitalseal/protocol';
import { parseClock } from '@vitalseal/recording';
import type { MhaClient } from '@vitalseal/secure-element/terminal';
import { decodeActivationCode } from '@vitalseal/uicc/global-platform';
import { Command } from 'commander';
import { activateCard } from './administration/activate-card.ts';
import { administeredBy } from './administration/administered-by.ts';
import { beAdministered } from './administration/be-administered.ts';
import { bondByCode, unbond } from './bonding.ts';
import { expectActivated } from './card/phone-folder.ts';
import { openCard, parseWhichCard } from './card/which-card.ts';
import { withCard } from './card/with-card.ts';
import { askControl } from './control/control-socket.ts';
import { enteredMeasurements, valueNames, valuesInWords } from './entered-values.ts';
import { PatientError } from './errors.ts';
import { enterNewPin, enterPin } from './pin/enter-pin.ts';
import { runGateway } from './run-gateway.ts';
import { type StatusReport, statusText } from './status-text.ts';

interface CardOptions {
  readonly data: string;
  readonly card: string;
  readonly pinFile?: string;
}

interface RunOptions extends CardOptions {
  readonly hospital?: string;
  readonly listen: string;
  readonly ble?: string;
  readonly standardSensor?: string[];
  readonly unencryptedSensors?: boolean;
  readonly sensor?: string[];
  readonly authority?: string;
  readonly location?: string;
  readonly clock?: string;
  readonly batch: string;
}

export function patientCommand(): Command {
  const command = new Command('patient').description("the patient's phone without a screen, with the patient's card");
  withCardOption(command.command('activate'))
    .description('give a fresh card the activation code of its hospital, which then personalises it over the air')
    .argument('<code>', 'activation code, from "vitalseal hospital card invite"')
    .action(activate);
  withCardOption(command.command('administer'))
    .description("let the card take its hospital's orders now; its PIN is not needed, and may be blocked")
    .action(administer);
  withCardOption(command.command('run'))
    .description('take readings from sensors and deliver them to the hospital, until stopped')
    .option(
      '--hospital <url>',
      "the hospital's listener for devices, https://host:port (default: of the activation code)",
    )
    .option('--listen <host:port>', 'where sensors connect over TCP, in place of Bluetooth LE', '127.0.0.1:7700')
    .option('--ble <adapter>', `Bluetooth adapter to find sensors with: ${adapterForms.central}`)
    .option(
      '--standard-sensor <address>',
      "address of one of the patient's own standard Bluetooth sensors, which do not seal; may be given several times",
      collect,
    )
    .option(
      '--unencrypted-sensors',
      'also read standard sensors that know no LE Secure Connections: whoever is near can read and imitate them',
    )
    .option('--sensor <id>', 'sensor to bond with; may be given several times', collect)
    .option('--authority <url>', 'the certifying authority, for its revocation list as soon as it changes')
    .option('--location <lat,lon>', 'where the patient is, in degrees')
    .option('--clock <origin,startedAt,speed>', 'the clock of a replay that other processes share')
    .option('--batch <n>', 'readings in one request, 1 to 256', '256')
    .action(run);
  withCardOption(command.command('status'))
    .description('say what waits, what is confirmed and what was refused')
    .option('--json', 'as JSON')
    .action(status);
  const enter = withCardOption(command.command('enter')).description('enter a reading by hand');
  for (const name of valueNames) enter.option(`--${name} <value>`, valuesInWords[name]);
  enter.action(enterByHand);
  withCardOption(command.command('retry')).description('send again what the hospital had refused').action(retry);
  withCardOption(command.command('bond'))
    .description('take the sensor with this code for the patient')
    .argument('<code>', 'the digits on the sensor, or what its QR code says')
    .action(bond);
  withCardOption(command.command('unbond'))
    .description('end the bond with a sensor that was bonded by its code')
    .argument('<sensor>', 'its id, as "vitalseal patient status" has it')
    .action(endBond);
  return command;
}

function withCardOption(command: Command): Command {
  return command
    .requiredOption('--data <folder>', "the phone's folder; a software card lives there")
    .option('--card <card>', 'software, or pcsc[:reader] for the card in a reader of pcscd', 'software')
    .option(
      '--pin-file <file>',
      'file with the PIN of the card, its owner alone may read it; left out, it is asked for',
    );
}

async function activate(code: string, { pinFile, card, data }: CardOptions): Promise<void> {
  // Before a PIN is asked for: whoever mistyped the code is told so at once.
  decodeActivationCode(code);
  const pin = await enterNewPin(pinFile);
  await activateCard({ code, folder: data, which: parseWhichCard(card), pin });
  console.log('the card is in service');
}

async function administer({ card: which, data }: CardOptions): Promise<void> {
  const hospital = expectHospital({ data });
  const card = await openCard({ which: parseWhichCard(which), folder: data });
  try {
    console.log(`orders done: ${await beAdministered(card, hospital)}`);
  } finally {
    await card.close();
  }
}

function expectHospital({ hospital, data }: { readonly hospital?: string; readonly data: string }): string {
  const known = hospital ?? administeredBy(data);
  if (known === undefined) throw invalid('--hospital, unless the card was activated with a code');
  return known;
}

function enteredPin({ pinFile }: CardOptions): Promise<string> | string {
  return enterPin(pinFile);
}

async function run(options: RunOptions): Promise<void> {
  expectActivated(options.data);
  const { authority, ble } = options;
  if (ble !== undefined) parseAdapterAddress(ble);
  const location = options.location === undefined ? undefined : parseLocation(options.location);
  const stopped = Promise.withResolvers<void>();
  const stop = () => stopped.resolve();
  process.once('SIGINT', stop).once('SIGTERM', stop);
  try {
    await runGateway(
      {
        folder: options.data,
        hospital: expectHospital(options),
        listen: parseAddress(options.listen),
        card: parseWhichCard(options.card),
        pin: await enteredPin(options),
        sensors: (options.sensor ?? []).map(sensorIdentity),
        clock: parseClock(options.clock),
        batch: parseWhole(options.batch, 'a batch', 1, 256),
        say: (line) => console.log(line),
        ...(ble !== undefined && { ble }),
        standardSensors: (options.standardSensor ?? []).map(bluetoothAddress),
        ...(options.unencryptedSensors && { unencryptedSensors: true }),
        ...(authority !== undefined && { authority: expectOrigin(authority) }),
        ...(location && { location }),
      },
      stopped.promise,
    );
  } finally {
    process.off('SIGINT', stop).off('SIGTERM', stop);
  }
}

async function status({ json, ...options }: CardOptions & { json?: boolean }): Promise<void> {
  const report =
    ((await askControl(options.data, 'status')) as StatusReport | undefined) ?? (await statusAtRest(options));
  const now = Date.now();
  console.log(json ? JSON.stringify(report, null, 2) : statusText(report, now, now));
}

async function statusAtRest(options: CardOptions): Promise<StatusReport> {
  return { ...(await atRest(options, (mha) => mha.display())), running: undefined };
}

/** With the card of a phone that does not run. */
async function atRest<T>(options: CardOptions, errand: (mha: MhaClient) => Promise<T>): Promise<T> {
  expectActivated(options.data);
  const pin = await enteredPin(options);
  const card = await openCard({ which: parseWhichCard(options.card), folder: options.data });
  try {
    return await withCard({ card, pin }, errand);
  } finally {
    await card.close();
  }
}

async function enterByHand(options: CardOptions & Record<string, string>): Promise<void> {
  const measurements = enteredMeasurements(options);
  if ((await askControl(options.data, 'enter', valuesOf(options))) === undefined) {
    const measuredAt = { utcMs: Date.now(), offsetMinutes: -new Date().getTimezoneOffset() };
    await atRest(options, (mha) => mha.enterReading({ measuredAt, measurements }));
  }
  console.log('kept; it is sent to the hospital while "vitalseal patient run" runs');
}

/** What goes to the running phone: no option but the values. */
function valuesOf(options: Readonly<Record<string, string>>): Record<string, string> {
  return Object.fromEntries(Object.entries(options).filter(([name]) => valueNames.some((value) => value === name)));
}

async function retry(options: CardOptions): Promise<void> {
  const readings =
    (await askControl(options.data, 'retry-refused')) ?? (await atRest(options, (mha) => mha.retryRefused()));
  console.log(`waiting again: ${readings}`);
}

async function bond(code: string, options: CardOptions): Promise<void> {
  await bondByCode(options.data, code, (errand) => atRest(options, errand));
  console.log('the sensor is bonded as soon as it is near, while "vitalseal patient run" runs');
}

async function endBond(id: string, options: CardOptions): Promise<void> {
  await unbond(options.data, id, (errand) => atRest(options, errand));
  console.log('the sensor is bonded no more; reset it before another patient wears it');
}

function collect(value: string, before: string[] = []): string[] {
  return [...before, value];
}

function sensorIdentity(id: string): Identity {
  return checked({ role: 'sensor', id });
}

function bluetoothAddress(text: string): string {
  if (/^[0-9A-F]{2}(:[0-9A-F]{2}){5}$/i.test(text)) return text.toUpperCase();
  throw invalid('a Bluetooth address, like C1:23:45:67:89:AB');
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

function expectOrigin(url: string): string {
  if (URL.canParse(url) && new URL(url).protocol === 'https:') return new URL(url).origin;
  throw invalid('the authority as https://host:port');
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
