// `vitalseal patient run`: a gateway over its data folder until it is told to stop, saying plainly what happens.

import { formatIdentity, type Identity, type Location } from '@vitalseal/protocol';
import type { Clock } from '@vitalseal/recording';
import { listenControl } from './control/control-socket.ts';
import { openEnrolledElement } from './element/data-folder.ts';
import { enteredMeasurements } from './entered-values.ts';
import { PatientError } from './errors.ts';
import type { DeliveryState } from './hospital/delivery.ts';
import { type Gateway, startGateway } from './start-gateway.ts';
import { delivery } from './status-text.ts';

export interface RunGatewayOptions {
  readonly folder: string;
  readonly hospital: string;
  readonly listen: { readonly host: string; readonly port: number };
  readonly sensors: readonly Identity[];
  readonly location?: { readonly latitude: number; readonly longitude: number };
  readonly clock: Clock;
  readonly batch: number;
  readonly say: (line: string) => void;
}

const reportMs = 10_000;

/** Runs until `stop` settles. */
export async function runGateway(options: RunGatewayOptions, stop: Promise<void>): Promise<void> {
  const { folder, hospital, listen, sensors, location, clock, batch, say } = options;
  const { element, root, authority } = await openEnrolledElement(folder);
  for (const sensor of sensors) formatIdentity(sensor);
  if (sensors.length > 0) await element.bond({ sensors });
  let away = false;
  // Sending and resting take turns all day; what the patient should hear of is waiting, and its end.
  const sayOfHospital = (state: DeliveryState) => {
    if (state.state === 'waiting' || away) say(`hospital: ${delivery(state, Date.now())}`);
    away = state.state === 'waiting';
  };
  const gateway = await startGateway({
    element,
    root,
    hospital,
    ...(authority !== undefined && { authority }),
    listen,
    clock,
    offsetMinutes: -new Date().getTimezoneOffset(),
    batch,
    location: () => location && at(location, clock.now()),
    events: {
      hospital: (state) => sayOfHospital(state),
      sensors: ({ linked, trouble }) => say(`sensors linked: ${linked}${trouble ? ` (${trouble})` : ''}`),
      authority: ({ code }) => say(`certifying authority: ${code}`),
      refused: ({ code }) => say(`the hospital refused a reading for good; it is kept on the shelf (${code})`),
    },
  });
  const control = await listenControl(folder, (command, argument) => obey(gateway, clock, command, argument)).catch(
    async (error: unknown) => {
      await gateway.stop();
      throw error;
    },
  );
  say(`listening for sensors on ${listen.host}:${gateway.port}`);
  const report = setInterval(() => void sayCounts(gateway, say), reportMs);
  try {
    await stop;
  } finally {
    clearInterval(report);
    await sayCounts(gateway, say);
    await control.close();
    await gateway.stop();
  }
}

async function obey(gateway: Gateway, clock: Clock, command: string, argument: unknown): Promise<unknown> {
  if (command === 'status') {
    const { delivery: state, linkedSensors, ...status } = await gateway.status();
    return { ...status, running: { delivery: state, linkedSensors } };
  }
  if (command === 'enter') {
    const measurements = enteredMeasurements(argument as Record<string, unknown>);
    return gateway.enter({
      measuredAt: { utcMs: clock.now(), offsetMinutes: -new Date().getTimezoneOffset() },
      measurements,
    });
  }
  if (command === 'retry-refused') return gateway.retryRefused();
  throw new PatientError('patient-control-failed', 'expected a command this gateway knows');
}

/** A report that fails (the store is full, the element is closing) is no reason to stop. */
async function sayCounts(gateway: Gateway, say: (line: string) => void): Promise<void> {
  const status = await gateway.status().catch(() => undefined);
  if (!status) return;
  const { counts, waiting } = status;
  say(`confirmed ${counts.acknowledged}, waiting ${waiting.readings}`);
}

const assumedAccuracyMetres = 50;

function at({ latitude, longitude }: { latitude: number; longitude: number }, now: number): Location {
  return { latitude, longitude, accuracyMetres: assumedAccuracyMetres, at: now };
}
