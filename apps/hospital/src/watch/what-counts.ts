/**
 * What the rules take of a reading. A standard sensor proves nothing, and whoever is near may imitate it: while a sealed
 * sensor says what a vital sign is, none that was open on its way speaks against it, or it could silence an alarm.
 */
import type { Policy } from '@vitalseal/clinical';
import { type LastValue, type Measurement, type Reading, sourceOf } from '@vitalseal/protocol';
import { vitalOfCode } from './clinical-values.ts';
import type { MonitoredPatient } from './monitored-patient.ts';

/**
 * For as long as the sealed value is valid; where there is none, what came open is better than nothing.
 * @param receivedAt UTC ms: a time that lies ahead of it is nobody's word, and does not outlive a sealed value
 */
export function whatCounts(
  { last, policy }: Pick<MonitoredPatient, 'last' | 'policy'>,
  reading: Reading,
  receivedAt: number,
): readonly Measurement[] {
  if (sourceOf(reading) !== 'standard-sensor') return reading.measurements;
  const at = Math.min(reading.measuredAt.utcMs, receivedAt);
  const sealed = new Set<string>();
  for (const { measurement, measuredAt, source } of last.values()) {
    const vital = vitalOfCode(measurement.code);
    if (vital === undefined || source !== undefined || typeof measurement.value === 'string') continue;
    if (Math.abs(at - measuredAt) <= policy.validityS[vital] * 1000) sealed.add(vital);
  }
  return reading.measurements.filter(({ code }) => {
    const vital = vitalOfCode(code);
    return vital === undefined || !sealed.has(vital);
  });
}

/**
 * Whether a value becomes the last one of its kind: a newer one does. One from the future stands in nobody's way, or a
 * clock that is wrong once would hide what is true for as long; nor does one that came open in the way of a sealed one.
 */
export function becomesLast(
  before: LastValue | undefined,
  { measurement, measuredAt, source }: LastValue,
  { policy, receivedAt }: { readonly policy: Policy; readonly receivedAt: number },
): boolean {
  if (before === undefined || before.measuredAt <= measuredAt) return true;
  if (isFromFuture(before.measuredAt, policy, receivedAt)) return !isFromFuture(measuredAt, policy, receivedAt);
  if (before.source !== 'standard-sensor' || source !== undefined) return false;
  const vital = vitalOfCode(measurement.code);
  return vital !== undefined && receivedAt - measuredAt <= policy.validityS[vital] * 1000;
}

/** Further ahead than clocks may differ. */
export function isFromFuture(at: number, { futureToleranceS }: Policy, receivedAt: number): boolean {
  return at > receivedAt + futureToleranceS * 1000;
}
