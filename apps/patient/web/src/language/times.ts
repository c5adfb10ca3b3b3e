// Times and ages as people say them, in whole minutes: seconds that count up make nobody calmer.
import type { LanguageCode } from './languages.ts';

const minute = 60_000;
const hour = 60 * minute;
const day = 24 * hour;
const year = 365 * day;

/** Latin digits everywhere: they are what thermometers, cuffs and the letter show. */
export function localeOf(language: LanguageCode): string {
  const own = typeof navigator === 'undefined' ? [] : navigator.languages;
  const regional = own.find((tag) => tag.toLowerCase().startsWith(`${language}-`));
  const tag = regional ?? (language === 'en' ? 'en-GB' : language);
  return tag.includes('-u-') ? tag : `${tag}-u-nu-latn`;
}

export interface Times {
  /** 14:03; with the day where it is not today's. */
  clock(at: number, now: number): string;
  /** "5 minutes ago", rounded down; undefined below a minute. */
  ago(ms: number): string | undefined;
  /** "5 minutes", rounded down, at least one. */
  duration(ms: number): string;
  number(value: number, decimals?: number): string;
  list(items: readonly string[]): string;
}

export function timesIn(locale: string): Times {
  const clock = new Intl.DateTimeFormat(locale, { timeStyle: 'short' });
  const dayAndClock = new Intl.DateTimeFormat(locale, { weekday: 'short', hour: 'numeric', minute: '2-digit' });
  const dateAndClock = new Intl.DateTimeFormat(locale, { dateStyle: 'medium', timeStyle: 'short' });
  const relative = new Intl.RelativeTimeFormat(locale, { numeric: 'always' });
  const joined = new Intl.ListFormat(locale, { type: 'conjunction' });
  return {
    clock(at, now) {
      if (new Date(at).toDateString() === new Date(now).toDateString()) return clock.format(at);
      return (Math.abs(now - at) < 6 * day ? dayAndClock : dateAndClock).format(at);
    },
    ago(ms) {
      const [count, unit] = inUnits(ms);
      return count === 0 ? undefined : relative.format(-count, unit);
    },
    duration(ms) {
      const [count, unit] = inUnits(ms);
      return new Intl.NumberFormat(locale, { style: 'unit', unit, unitDisplay: 'long' }).format(Math.max(1, count));
    },
    number: (value, decimals = 0) =>
      new Intl.NumberFormat(locale, { minimumFractionDigits: decimals, maximumFractionDigits: decimals }).format(value),
    list: (items) => joined.format(items),
  };
}

function inUnits(ms: number): [count: number, unit: 'minute' | 'hour' | 'day' | 'year'] {
  const age = Math.abs(ms);
  if (age < hour) return [Math.floor(age / minute), 'minute'];
  if (age < 2 * day) return [Math.floor(age / hour), 'hour'];
  return age < year ? [Math.floor(age / day), 'day'] : [Math.floor(age / year), 'year'];
}
