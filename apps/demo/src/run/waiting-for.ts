// What a headless run waits for, said so that a person knows where to look. By bed: a line of a console names nobody.
import type { Bed } from '../scenario/bed.ts';
import type { RunProgress } from './run-progress.ts';

const mostNamed = 8;

/** Nothing while there is nothing to come but the recordings' next readings. */
export function waitingFor(progress: RunProgress, beds: readonly Bed[]): readonly string[] {
  const { readings, unlinked, isPlayed, phones, phonesAnswer, unopened } = progress;
  const waiting: string[] = [];
  if (unlinked > 0) waiting.push(`the phones to shake hands with ${counted(unlinked, 'sensor')}`);
  const unmeasured = readings.due - readings.measured;
  if (unmeasured > 0) waiting.push(`the sensors to measure ${counted(unmeasured, 'reading')}`);
  if (!phonesAnswer) waiting.push('the phones, which do not answer');
  else if (unmeasured <= 0 && !isPlayed && readings.measured === readings.recorded) {
    const taken = phones.reduce((total, phone) => total + phone.acknowledged + phone.refused + phone.waiting, 0);
    waiting.push(`the phones to take ${counted(Math.max(0, readings.measured - taken), 'reading')} from the sensors`);
  }
  const full = phones.flatMap((phone, n) =>
    phone.waiting > 0 ? [`${beds[n]?.bed}: ${counted(phone.waiting, 'reading')}`] : [],
  );
  if (full.length > 0) waiting.push(`the hospital to acknowledge what phones hold (${named(full)})`);
  if (unopened.length > 0) {
    const alarms = [...tally(unopened)].map(([bed, alarms]) => `${bed}: ${counted(alarms, 'alarm')}`);
    waiting.push(`the doctor to open alarms (${named(alarms)})`);
  }
  return waiting;
}

function counted(number: number, noun: string): string {
  return `${number} ${noun}${number === 1 ? '' : 's'}`;
}

function named(parts: readonly string[]): string {
  const rest = parts.length - mostNamed;
  return [...parts.slice(0, mostNamed), ...(rest > 0 ? [`and ${rest} more`] : [])].join(', ');
}

function tally(beds: readonly string[]): ReadonlyMap<string, number> {
  const times = new Map<string, number>();
  for (const bed of beds) times.set(bed, (times.get(bed) ?? 0) + 1);
  return times;
}
