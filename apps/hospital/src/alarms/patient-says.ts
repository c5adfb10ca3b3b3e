/**
 * What a patient says beside what is measured: a call for help, which is an alarm whatever the rules are, what they share
 * from now on, which silence is explained by, and that their phone was put back from an older copy. It is believed of what the patient's element took in behind the PIN, and
 * of no sensor, sealed or open: none may speak for the patient.
 */
import type { AlarmChange } from '@vitalseal/clinical';
import { decimalToNumber, type LastValue, mdc, type Reading, saidCodes, sourceOf } from '@vitalseal/protocol';

export const helpRule = 'help-requested';
export const putBackRule = 'phone-put-back';

/**
 * Raised, and over at once: it stays until a person acknowledges it, and the next call is an alarm again.
 * @param now UTC ms on the hospital's clinical clock
 */
export function callForHelp(reading: Reading, now: number): readonly AlarmChange[] {
  const { measurements, measuredAt } = reading;
  if (!isThePatients(reading)) return [];
  if (!measurements.some(({ code, value }) => code === mdc.helpRequested && isOne(value))) return [];
  const reason = { kind: 'help-requested', calledAt: measuredAt.utcMs } as const;
  const change = { rule: helpRule, priority: 'high', at: now, dispatch: false, reason } as const;
  return [
    { change: 'raised', ...change },
    { change: 'resolved', ...change },
  ];
}

/**
 * The patient's card has found that its store is an older copy. Somebody must know that what it had taken since may be
 * missing: an alarm of low priority, raised and over at once, which stays until a person acknowledges it.
 * @param now UTC ms on the hospital's clinical clock
 */
export function phonePutBack(reading: Reading, now: number): readonly AlarmChange[] {
  const { measurements, measuredAt } = reading;
  const said = measurements[0]?.value;
  if (!saysPutBack(reading) || said === undefined || typeof said === 'string') return [];
  const until = measuredAt.utcMs;
  const from = Math.min(until, Math.max(0, until - decimalToNumber(said) * 60_000));
  const reason = { kind: 'phone-put-back', from, until } as const;
  const change = { rule: putBackRule, priority: 'low', at: now, dispatch: false, reason, latching: true } as const;
  return [
    { change: 'raised', ...change },
    { change: 'resolved', ...change },
  ];
}

export function saysPutBack(reading: Reading): boolean {
  return reading.measurements[0]?.code === mdc.phonePutBack && isThePatients(reading);
}

export interface Shared {
  readonly readings: boolean;
  readonly place: boolean;
}

/** @returns undefined for a reading that says nothing of it */
export function sharedSince(reading: Reading): Shared | undefined {
  if (!isThePatients(reading)) return undefined;
  const values = new Map(reading.measurements.map(({ code, value }) => [code, value] as const));
  const [readings, place] = [values.get(mdc.readingsShared), values.get(mdc.placeShared)];
  return readings === undefined || place === undefined ? undefined : { readings: isOne(readings), place: isOne(place) };
}

/** Why nothing comes, as far as the patient has said. What was measured since then says that it is shared again. */
export function silenceInWords(last: ReadonlyMap<number, LastValue>): string[] {
  const shared = last.get(mdc.readingsShared);
  if (shared?.source !== 'entered' || isOne(shared.measurement.value)) return [];
  for (const [code, { measuredAt }] of last) {
    if (!saidCodes.has(code) && measuredAt > shared.measuredAt) return [];
  }
  const since = new Date(shared.measuredAt).toISOString().slice(0, 16).replace('T', ' ');
  return [`the patient has withdrawn the sharing of readings since ${since} UTC`];
}

function isThePatients(reading: Reading): boolean {
  return sourceOf(reading) === 'entered';
}

function isOne(value: Reading['measurements'][number]['value']): boolean {
  return typeof value !== 'string' && decimalToNumber(value) === 1;
}
