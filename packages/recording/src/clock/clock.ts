// The clock a recording is replayed on. Every process of a replay is given the same three numbers and so agrees on what
// time it is, however much faster than life it runs.

import { RecordingError } from '../errors.ts';

export interface Clock {
  /** UTC ms. */
  now(): number;
}

export const systemClock: Clock = { now: () => Date.now() };

export interface ScaledTime {
  /** What the clock showed when it was started, UTC ms. */
  readonly origin: number;
  /** The real time at which it was started, UTC ms. */
  readonly startedAt: number;
  /** How many times faster than life it runs. */
  readonly speed: number;
  /** Where it stops, UTC ms of its own time, as a recording ends; without it, it goes on. */
  readonly until?: number;
}

/** Above this a second of real time is more than a week of the recording. */
const mostSpeed = 1_000_000;

function refuse(): never {
  throw new RecordingError(
    'recording-clock',
    `expected a clock as origin,startedAt,speed[,until]: times in ms and a speed above 0 and up to ${mostSpeed}`,
  );
}

function requireValid({ origin, startedAt, speed, until = origin }: ScaledTime): void {
  if (![origin, startedAt, until].every(Number.isSafeInteger) || until < origin) refuse();
  if (!(speed > 0 && speed <= mostSpeed)) refuse();
}

/** Shows the origin until it is started: the parts of a replay come up before it begins. */
export function scaledClock(time: ScaledTime): Clock {
  requireValid(time);
  const { origin, startedAt, speed, until = Number.MAX_SAFE_INTEGER } = time;
  return { now: () => Math.min(until, Math.floor(origin + Math.max(0, Date.now() - startedAt) * speed)) };
}

/** The text of a `--clock` option. */
export function formatClock(time: ScaledTime): string {
  requireValid(time);
  const { origin, startedAt, speed, until } = time;
  return [origin, startedAt, speed, ...(until === undefined ? [] : [until])].join(',');
}

/** @throws RecordingError `recording-clock` */
export function parseScaledTime(text: string): ScaledTime {
  const fields = text.split(',');
  if (
    fields.length < 3 ||
    fields.length > 4 ||
    fields.some((field) => !/^-?\d+(?:\.\d+)?(?:e[+-]?\d{1,2})?$/.test(field))
  )
    refuse();
  const [origin, startedAt, speed, until] = fields.map(Number);
  if (origin === undefined || startedAt === undefined || speed === undefined) refuse();
  const time = { origin, startedAt, speed, ...(until === undefined ? {} : { until }) };
  requireValid(time);
  return time;
}

/** The clock of a `--clock` option; the system's when there is none. */
export function parseClock(text: string | undefined): Clock {
  return text === undefined ? systemClock : scaledClock(parseScaledTime(text));
}
