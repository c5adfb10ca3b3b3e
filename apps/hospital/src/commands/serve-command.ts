// vitalseal hospital serve
import { readFileSync } from 'node:fs';
import { registersStaff } from '@vitalseal/certifying-authority';
import { parseClock, parseScaledTime } from '@vitalseal/recording';
import { Command, Option } from 'commander';
import pino from 'pino';
import { prepareAttestation } from '../attestation/prepare-attestation.ts';
import type { BuiltPages } from '../composition/hospital-options.ts';
import { HospitalError } from '../errors.ts';
import { startHospital } from '../hospital.ts';
import { renewIfDue } from '../keys/enrol-hospital.ts';
import { readParticulars } from '../keys/hospital-folder.ts';
import { type HospitalKeys, leafOf } from '../keys/hospital-keys.ts';
import type { KeyStore } from '../keys/key-store.ts';
import { openKeyStore } from '../keys/open-key-store.ts';
import { readHospitalKeys } from '../keys/read-hospital-keys.ts';
import { readRecoveryRecord } from '../keys/recovery/recovery-record.ts';
import { keysInFiles } from '../keys/software/software-key-store.ts';
import { failureOf } from '../listener/answer-errors.ts';
import type { SignInOptions } from '../sign-in/sign-in-settings.ts';
import { becomeSoleServer } from '../store/sole-server.ts';
import { databaseOption, dataOption, port, wholeNumber } from './options.ts';
import { writeJson, writeLines } from './output.ts';

interface ServeOptions {
  data: string;
  databaseUrl?: string;
  host: string;
  devicesPort: number;
  peopleHost: string;
  peoplePort: number;
  pagesDoctor?: string;
  pagesAmbulance?: string;
  pagesOffice?: string;
  pagesPatient?: string;
  patientAttestation?: string;
  signIn: 'passkeys' | 'links';
  origin?: string;
  sessionHours: number;
  idleMinutes: number;
  clock?: string;
  logLevel: string;
  json?: true;
}

export function serveCommand(pages: BuiltPages): Command {
  return (
    new Command('serve')
      .summary('take readings in, score them, raise and send alarms')
      .description(
        'Serves devices (HTTPS, TLS 1.3) and people (pages and their sealed feeds; plain HTTP on the loopback interface, TLS on any other).',
      )
      .addOption(dataOption())
      .addOption(databaseOption())
      .option('--host <address>', 'address for devices', '127.0.0.1')
      .option('--devices-port <port>', 'port for devices', port, 8443)
      .option('--people-host <address>', 'address for people', '127.0.0.1')
      .option('--people-port <port>', 'port for people', port, 8080)
      .option('--pages-doctor <dir>', "folder of the doctor's built page", pages.doctor)
      .option('--pages-ambulance <dir>', "folder of the ambulance's built page", pages.ambulance)
      .option('--pages-office <dir>', "folder of the administrator's and auditor's built page", pages.office)
      .option('--pages-patient <dir>', "folder of the patients' built app", pages.patient)
      .option(
        '--patient-attestation <file>',
        'the authority\'s word for that build, from "vitalseal ca attest --page": without it no phone installs the app',
      )
      .addOption(
        new Option(
          '--sign-in <how>',
          'how people sign in: with passkeys, or (for a first look) by one-time links of the authority',
        )
          .choices(['passkeys', 'links'])
          .default('passkeys'),
      )
      .option(
        '--origin <url>',
        'origin that people open the pages at, with a host name: passkeys belong to it (default: localhost)',
      )
      .option('--session-hours <hours>', 'how long a sign-in lasts, at most 12', wholeNumber, 12)
      .option('--idle-minutes <minutes>', 'a device that nobody uses for so long is locked', wholeNumber, 15)
      .option('--clock <origin,startedAt,speed>', 'the clock of a replay (default: the system clock)')
      // Not trace, at which the web server quotes the requests that it could not read.
      .addOption(
        new Option('--log-level <level>', 'how much is logged')
          .choices(['fatal', 'error', 'warn', 'info', 'debug', 'silent'])
          .default('warn'),
      )
      .option('--json', 'say where it serves as one JSON line')
      .action(serve)
  );
}

async function serve(options: ServeOptions): Promise<void> {
  const { data, databaseUrl, clock, json } = options;
  const logger = pino({ level: options.logLevel, base: null }, pino.destination(2));
  // First, so that a folder without a hospital is said to be that, and not a store that cannot be opened.
  const keyStore = await openKeyStore(data);
  const sole = await becomeSoleServer({ dataDir: data, databaseUrl });
  const stopped = interrupted();
  try {
    await renewal(data, keyStore, logger);
    const keys = await readHospitalKeys(data, keyStore);
    await attestation(data, keys, logger);
    sayKeys(data, keys, logger);
    const signIn = signInOf(options);
    saySignIn(options, keys, logger);
    const hospital = await startHospital({
      signIn,
      dataDir: data,
      databaseUrl,
      keys,
      authorityUrl: keys.authorityUrl,
      devices: { host: options.host, port: options.devicesPort },
      people: { host: options.peopleHost, port: options.peoplePort },
      pages: {
        doctor: options.pagesDoctor,
        ambulance: options.pagesAmbulance,
        office: options.pagesOffice,
        patient: options.pagesPatient,
      },
      patientAttestation: attestationIn(options.patientAttestation),
      clock: parseClock(clock),
      clockSpeed: clock === undefined ? 1 : parseScaledTime(clock).speed,
      logger,
    });
    const { devicesUrl, peopleUrl, origin } = hospital;
    if (json) writeJson({ devicesUrl, peopleUrl, origin, signIn: options.signIn });
    else
      writeLines(
        `Devices at ${devicesUrl}`,
        `People at ${origin ?? peopleUrl}`,
        options.signIn === 'links' ? linksLine : 'People sign in with passkeys',
        keyPlaceLine(data),
      );
    try {
      await Promise.race([stopped, sole.lost, hospital.failed]);
    } finally {
      await hospital.stop();
    }
  } finally {
    await sole.release();
    await keyStore.close();
  }
}

const linksLine = 'People sign in by one-time links: whoever has a link first is that person (--sign-in links)';

/** @throws HospitalError `invalid-option` */
function signInOf({ signIn: mode, origin, sessionHours, idleMinutes }: ServeOptions): SignInOptions {
  if (sessionHours < 1 || sessionHours > 12 || idleMinutes < 1) {
    throw new HospitalError('invalid-option', 'expected sessions of 1 to 12 hours, locked after a minute or more');
  }
  return { mode, origin, sessionMs: sessionHours * 3_600_000, idleMs: idleMinutes * 60_000 };
}

function saySignIn({ signIn }: ServeOptions, { chain }: HospitalKeys, logger: pino.Logger): void {
  if (signIn === 'links') logger.warn({ signIn }, linksLine);
  else if (!registersStaff(leafOf({ chain })))
    logger.warn(
      { code: 'no-staff-registration' },
      'nobody can sign in: invite the hospital with "vitalseal ca invite --role hospital --staff-registration", or serve it with --sign-in links',
    );
}

function keyPlaceLine(dataDir: string): string {
  const { keys } = readParticulars(dataDir);
  return keys.kind === 'tpm'
    ? `Keys in the TPM at ${keys.address}`
    : 'Keys in files: a copy of the data folder is a copy of them';
}

/** What an operator is to know at each start, also where only the log is read. */
function sayKeys(dataDir: string, { keyStore }: HospitalKeys, logger: pino.Logger): void {
  if (keyStore.kind === 'software') {
    logger.warn({ keys: 'software' }, "the hospital's keys are in files, not in a TPM");
    return;
  }
  const left = keysInFiles(dataDir);
  if (left.length > 0) {
    logger.warn(
      { left },
      'keys lie in files beside the TPM: remove them, and use "vitalseal hospital rotate wrapping"',
    );
  }
  if (readRecoveryRecord(dataDir) === undefined) {
    logger.warn(
      'nobody has recovery shares: with the TPM all data would be lost; use "vitalseal hospital recovery split"',
    );
  }
}

/** @throws HospitalError `invalid-option` */
function attestationIn(file: string | undefined): Uint8Array<ArrayBuffer> | undefined {
  if (file === undefined) return undefined;
  try {
    return new Uint8Array(readFileSync(file));
  } catch (cause) {
    throw new HospitalError('invalid-option', 'expected --patient-attestation to be a file that can be read', {
      cause,
    });
  }
}

/** An authority that is away is no reason not to start: the certificates serve until they run out. */
async function renewal(dataDir: string, keyStore: KeyStore, logger: pino.Logger): Promise<void> {
  try {
    await renewIfDue(dataDir, keyStore);
  } catch (error) {
    logger.error({ failure: failureOf(error) }, 'certificates were not renewed');
  }
}

/** As above: cards and pages are told that nothing can be proved until it can. */
async function attestation(dataDir: string, keys: HospitalKeys, logger: pino.Logger): Promise<void> {
  try {
    const { state } = await prepareAttestation(dataDir, keys);
    if (state !== 'ready' && state !== 'software')
      logger.warn({ state }, 'which release runs here cannot be proved yet');
  } catch (error) {
    logger.error({ failure: failureOf(error) }, "the TPM's attestation key was not certified");
  }
}

async function interrupted(): Promise<void> {
  const { promise, resolve } = Promise.withResolvers<void>();
  for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, () => resolve());
  await promise;
}
