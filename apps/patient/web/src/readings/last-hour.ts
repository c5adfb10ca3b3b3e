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
/** A reading this near to the next minute counts for both: a sensor's minute is not the phone's. */
const slackMs = 15_000;

/** @param readings oldest first @param now UTC ms: the end of the hour */
export function lastHourOf(readings: readonly ShownReading[], now: number): LastHour {
  const from = now - hourMinutes * minuteMs;
  const came = new Array<boolean>(hourMinutes).fill(false);
  const reached = new Array<MinuteAtHospital>(hourMinutes).fill('none');
  const minuteOf = (at: number) => Math.floor((at - from) / minuteMs);
  let [count, confirmed, waiting] = [0, 0, 0];
  for (let i = readings.length - 1; i >= 0; i -= 1) {
    const reading = readings[i];
    if (reading === undefined || reading.measuredAt < from) break;
    const { measuredAt, source, where } = reading;
    // Not shared by choice: it lies on the phone, and does not wait there.
    const place = where.place === 'refused' && where.code === 'not-shared' ? 'phone' : where.place;
    for (const minute of new Set([minuteOf(measuredAt - slackMs), minuteOf(measuredAt + slackMs)])) {
      if (minute < 0 || minute >= hourMinutes) continue;
      if (source.kind !== 'entered') came[minute] = true;
      if (worse[place] > worse[reached[minute] ?? 'none']) reached[minute] = place;
    }
    count += 1;
    if (where.place === 'hospital') confirmed += 1;
    if (where.place === 'phone') waiting += 1;
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
