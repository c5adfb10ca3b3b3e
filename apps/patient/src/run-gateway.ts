// `vitalseal patient run`: a gateway over its data folder until it is told to stop, saying plainly what happens.

import { join } from 'node:path';
import { ReadingQueue } from '@vitalseal/ble';
import { openRadio } from '@vitalseal/ble/node';
import type { Identity, Location } from '@vitalseal/protocol';
import type { Clock } from '@vitalseal/recording';
import { codeOf } from '@vitalseal/secure-element';
import { obeyBonding } from './bonding.ts';
import { expectActivated, keepRevocations } from './card/phone-folder.ts';
import { type OpenedCard, openCard, ownIdentity, type WhichCard } from './card/which-card.ts';
import { listenControl } from './control/control-socket.ts';
import { enteredMeasurements } from './entered-values.ts';
import { PatientError } from './errors.ts';
import type { DeliveryState } from './hospital/delivery-state.ts';
import { glucoseProgress } from './radio/glucose-progress.ts';
import { knownSensors } from './radio/known-sensors.ts';
import { type AdapterState, type RadioWatch, watchRadio } from './radio/radio-watch.ts';
import { sealedSensors } from './radio/sealed-sensors.ts';
import { standardSensors } from './radio/standard-sensors.ts';
import { type Gateway, startGateway } from './start-gateway.ts';
import { adapterText, delivery, putBackText, type StatusReport } from './status-text.ts';
import type { TerminalState } from './terminal/terminal.ts';

export interface RunGatewayOptions {
  readonly folder: string;
  readonly hospital: string;
  /** Origin of the certifying authority, https. */
  readonly authority?: string;
  readonly listen: { readonly host: string; readonly port: number };
  /** Bluetooth adapter to find sensors with. */
  readonly ble?: string;
  /** Addresses of the patient's own standard sensors, which do not seal. */
  readonly standardSensors?: readonly string[];
  /** Also those of them that know no LE Secure Connections. */
  readonly unencryptedSensors?: boolean;
  readonly sensors: readonly Identity[];
  readonly location?: { readonly latitude: number; readonly longitude: number };
  readonly clock: Clock;
  readonly card: WhichCard;
  readonly pin: string;
  readonly batch: number;
  readonly say: (line: string) => void;
}

const reportMs = 10_000;

/** Runs until `stop` settles. */
export async function runGateway(options: RunGatewayOptions, stop: Promise<void>): Promise<void> {
  const { folder, card: which, clock, batch, say } = options;
  expectActivated(folder);
  const onFault = (error: unknown) => say(`card: it met a fault (${codeOf(error) ?? 'unexpected'})`);
  const card = await openCard({ which, folder, elapsed: () => clock.now(), mha: { batch }, onFault });
  try {
    await runWith(card, options, stop);
  } finally {
    await card.close();
  }
}

async function runWith(card: OpenedCard, options: RunGatewayOptions, stop: Promise<void>): Promise<void> {
  const { folder, pin, hospital, authority, listen, ble, sensors, location, clock, say } = options;
  // A release that the authority takes back while it runs is at its end.
  const refused = Promise.withResolvers<void>();
  refused.promise.catch(() => {});
  let away = false;
  // Sending and resting take turns all day; what the patient should hear of is waiting, and its end.
  const sayOfHospital = (state: DeliveryState) => {
    if (state.state === 'waiting' || away) say(`hospital: ${delivery(state, Date.now())}`);
    away = state.state === 'waiting';
  };
  const gateway = await startGateway({
    card,
    pin,
    hospital,
    sensors,
    ...(authority !== undefined && { authority }),
    listen,
    clock,
    offsetMinutes: -new Date().getTimezoneOffset(),
    location: () => location && at(location, clock.now()),
    events: {
      hospital: (state) => sayOfHospital(state),
      card: (state) => say(`card: ${cardText(state)}`),
      sensors: ({ linked, trouble }) => say(`sensors linked: ${linked}${trouble ? ` (${trouble})` : ''}`),
      authority: ({ code }) => say(`certifying authority: ${code}`),
      revocations: (list) => {
        keepRevocations(folder, list);
        ownIdentity(folder).catch((error: unknown) => {
          if (error instanceof PatientError) refused.reject(error);
        });
      },
      refused: ({ code }) => say(`the hospital refused a reading for good; it is kept on the shelf (${code})`),
    },
  });
  let watch: RadioWatch | undefined;
  let bluetooth: AdapterState | undefined;
  const sayOfAdapter = (state: AdapterState) => {
    bluetooth = state;
    say(adapterText(state));
  };
  const obeyed = async (command: string, argument: unknown) => {
    const result = await obey({ gateway, clock, bluetooth }, command, argument);
    if (command === 'bond') watch?.lookAgain();
    return result;
  };
  const control = await listenControl(folder, obeyed).catch(async (error: unknown) => {
    await gateway.stop();
    throw error;
  });
  say(`listening for sensors on ${listen.host}:${gateway.port}`);
  const queue = new ReadingQueue({
    take: (reading) => gateway.takeStandardReading(reading),
    failed: (error) => say(`a reading of a standard sensor waits for the card (${codeOf(error) ?? 'unexpected'})`),
  });
  watch = ble === undefined ? undefined : watchForSensors(gateway, queue, { ...options, ble, adapter: sayOfAdapter });
  let knownPutBack = (await gateway.status().catch(() => undefined))?.putBack?.until;
  const sayHowItGoes = async () => {
    // A report that fails (the store is full, the element is closing) is no reason to stop.
    const status = await gateway.status().catch(() => undefined);
    if (!status) return;
    const { counts, waiting, putBack } = status;
    if (putBack && putBack.until !== knownPutBack) say(putBackText(putBack));
    knownPutBack = putBack?.until;
    say(`confirmed ${counts.acknowledged}, waiting ${waiting.readings}`);
  };
  const report = setInterval(() => void sayHowItGoes(), reportMs);
  try {
    await Promise.race([stop, refused.promise]);
  } finally {
    clearInterval(report);
    await sayHowItGoes();
    await watch?.stop();
    queue.close();
    await control.close();
    await gateway.stop();
  }
}

/** Of a stream, such as a heart rate each second: what the rules use is minutes, not beats. */
const everyMs = 10_000;

function watchForSensors(
  gateway: Gateway,
  queue: ReadingQueue,
  {
    ble,
    folder,
    say,
    clock,
    standardSensors: own = [],
    unencryptedSensors = false,
    adapter,
  }: RunGatewayOptions & { ble: string; adapter: (state: AdapterState) => void },
): RadioWatch {
  return watchRadio({
    open: () => openRadio(ble, { bondFolder: join(folder, 'bluetooth') }),
    known: knownSensors(folder),
    kinds: [
      sealedSensors({
        accept: (messages, says) => gateway.accept(messages, says),
        dropped: () => say('bluetooth: a value could not be read and was left out'),
      }),
      ...standardSensors({
        own,
        unencrypted: unencryptedSensors,
        queue,
        everyMs,
        now: () => ({ utcMs: clock.now(), offsetMinutes: -new Date().getTimezoneOffset() }),
        progress: glucoseProgress(folder),
        dropped: (count) => say(`bluetooth: ${count} values of a standard sensor could not be read and were left out`),
      }),
    ],
    adapter,
    trouble: (code) => say(`bluetooth: a device could not be used (${code})`),
  });
}

interface Obeying {
  readonly gateway: Gateway;
  readonly clock: Clock;
  /** Undefined without an adapter, or before it was asked for. */
  readonly bluetooth: AdapterState | undefined;
}

async function obey({ gateway, clock, bluetooth }: Obeying, command: string, argument: unknown): Promise<unknown> {
  if (command === 'status') {
    const { delivery: state, linkedSensors, said, ...status } = await gateway.status();
    const running = { delivery: state, linkedSensors, said, ...(bluetooth && { bluetooth }) };
    return { ...status, running } satisfies StatusReport;
  }
  if (command === 'enter') {
    const measurements = enteredMeasurements(argument as Record<string, unknown>);
    return gateway.enter({
      measuredAt: { utcMs: clock.now(), offsetMinutes: -new Date().getTimezoneOffset() },
      measurements,
    });
  }
  if (command === 'retry-refused') return gateway.retryRefused();
  const bonded = await obeyBonding(gateway, command, argument);
  if (bonded) return bonded;
  throw new PatientError('patient-control-failed', 'expected a command this gateway knows');
}

function cardText(state: TerminalState): string {
  if (state.state === 'unprepared') return `not in service (${state.code}); its hospital still reaches it`;
  if (state.state === 'away') return `gone (${state.code}); sensors keep their readings`;
  return state.state === 'ready' ? 'in service' : 'off';
}

const assumedAccuracyMetres = 50;

function at({ latitude, longitude }: { latitude: number; longitude: number }, now: number): Location {
  return { latitude, longitude, accuracyMetres: assumedAccuracyMetres, at: now };
}
