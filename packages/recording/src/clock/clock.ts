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
}

/** Above this a second of real time is more than a week of the recording. */
const mostSpeed = 1_000_000;

function refuse(): never {
  throw new RecordingError(
    'recording-clock',
    `expected a clock as origin,startedAt,speed: two times in ms and a speed above 0 and up to ${mostSpeed}`,
  );
}

function requireValid({ origin, startedAt, speed }: ScaledTime): void {
  if (!Number.isSafeInteger(origin) || !Number.isSafeInteger(startedAt)) refuse();
  if (!(speed > 0 && speed <= mostSpeed)) refuse();
}

export function scaledClock(time: ScaledTime): Clock {
  requireValid(time);
  const { origin, startedAt, speed } = time;
  return { now: () => Math.floor(origin + (Date.now() - startedAt) * speed) };
}

/** The text of a `--clock` option. */
export function formatClock(time: ScaledTime): string {
  requireValid(time);
  return `${time.origin},${time.startedAt},${time.speed}`;
}

/** @throws RecordingError `recording-clock` */
export function parseScaledTime(text: string): ScaledTime {
  const fields = text.split(',');
  if (fields.length !== 3 || fields.some((field) => !/^-?\d+(?:\.\d+)?(?:e[+-]?\d{1,2})?$/.test(field))) refuse();
  const [origin, startedAt, speed] = fields.map(Number);
  if (origin === undefined || startedAt === undefined || speed === undefined) refuse();
  const time = { origin, startedAt, speed };
  requireValid(time);
  return time;
}

/** The clock of a `--clock` option; the system's when there is none. */
export function parseClock(text: string | undefined): Clock {
  return text === undefined ? systemClock : scaledClock(parseScaledTime(text));
}
