// The last hour by minutes: whether a sensor's reading of that minute reached this phone, and whether the hospital has it.
import type { ShownReading } from '../phone/phone-state.ts';

export const hourMinutes = 60;
const minuteMs = 60_000;

export type MinuteAtHospital = 'none' | 'hospital' | 'phone' | 'refused';

export interface LastHour {
  /** UTC ms of the beginning of the first minute. */
  readonly from: number;
  readonly came: readonly boolean[];
  readonly reached: readonly MinuteAtHospital[];
  readonly readings: number;
  readonly confirmed: number;
  readonly waiting: number;
  readonly minutesWith: number;
  /** Runs of at least two minutes with nothing. */
  readonly silences: readonly { readonly from: number; readonly to: number }[];
}

const worse: Readonly<Record<MinuteAtHospital, number>> = { none: 0, hospital: 1, refused: 2, phone: 3 };

export function lastHourOf(readings: readonly ShownReading[], now: number): LastHour {
  const from = (Math.floor(now / minuteMs) + 1 - hourMinutes) * minuteMs;
  const came = new Array<boolean>(hourMinutes).fill(false);
  const reached = new Array<MinuteAtHospital>(hourMinutes).fill('none');
  let [count, confirmed, waiting] = [0, 0, 0];
  for (let i = readings.length - 1; i >= 0; i -= 1) {
    const reading = readings[i];
    if (reading === undefined || reading.measuredAt < from) break;
    const at = Math.floor((reading.measuredAt - from) / minuteMs);
    if (at >= hourMinutes) continue;
    if (reading.source.kind !== 'entered') came[at] = true;
    const { place } = reading.where;
    if (worse[place] > worse[reached[at] ?? 'none']) reached[at] = place;
    count += 1;
    if (place === 'hospital') confirmed += 1;
    if (place === 'phone') waiting += 1;
  }
  const minutesWith = came.filter(Boolean).length;
  return { from, came, reached, readings: count, confirmed, waiting, minutesWith, silences: silencesIn(came, from) };
}

function silencesIn(came: readonly boolean[], start: number): LastHour['silences'] {
  const silences: { from: number; to: number }[] = [];
  let since: number | undefined;
  for (let i = 0; i <= came.length; i += 1) {
    const silent = i < came.length && !came[i];
    if (silent) since ??= i;
    if (silent || since === undefined) continue;
    if (i - since > 1) silences.push({ from: start + since * minuteMs, to: start + i * minuteMs });
    since = undefined;
  }
  return silences;
}
