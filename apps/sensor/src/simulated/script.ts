// What happens to a simulated patient, and when: one line each, time first.
//
//   0:00      rest
//   5:00      walk
//   10:00     rest
//   12:30     deteriorate 60
//   20:00     oxygen on
//   1:00:00   end

import { SensorError } from '../errors.ts';
import type { Condition } from './physiology.ts';

export interface ScriptedStep {
  /** Since the beginning, ms. */
  readonly after: number;
  readonly change: Partial<Condition>;
}

export interface Script {
  /** In the order of time. */
  readonly steps: readonly ScriptedStep[];
  /** Since the beginning, ms; without it the last condition lasts. */
  readonly endsAfter: number | undefined;
}

const changes: readonly [RegExp, (argument: string) => Partial<Condition> | undefined][] = [
  [/^(rest|walk)$/, (activity) => ({ activity: activity === 'walk' ? 'walk' : 'rest' })],
  [
    /^deteriorate (\d{1,3})$/,
    (percent) => (Number(percent) > 100 ? undefined : { deterioration: Number(percent) / 100 }),
  ],
  [/^(recover)$/, () => ({ deterioration: 0 })],
  [/^oxygen (on|off)$/, (state) => ({ oxygen: state === 'on' })],
];

/** @throws SensorError `sensor-script-invalid`, with the line */
export function parseScript(text: string): Script {
  const steps: ScriptedStep[] = [];
  let endsAfter: number | undefined;
  let last = 0;
  for (const [index, line] of text.split(/\r?\n/).entries()) {
    const words = line.replace(/#.*$/, '').trim();
    if (words === '') continue;
    const [, time = '', what = ''] = /^(\S+)\s+(.+)$/.exec(words) ?? [];
    const after = parseTime(time);
    const change = changeOf(what.replace(/\s+/g, ' '));
    const known = what === 'end' || change !== undefined;
    if (after === undefined || after < last || !known || endsAfter !== undefined) throw invalid(index + 1);
    last = after;
    if (change) steps.push({ after, change });
    else endsAfter = after;
  }
  if (steps.length === 0) throw invalid(1);
  return { steps, endsAfter };
}

function changeOf(what: string): Partial<Condition> | undefined {
  for (const [form, change] of changes) {
    const [, argument] = form.exec(what) ?? [];
    if (argument !== undefined) return change(argument);
  }
  return undefined;
}

function parseTime(text: string): number | undefined {
  const [, hours = '0', minutes, seconds] = /^(?:(\d{1,3}):)?(\d{1,3}):(\d{2})$/.exec(text) ?? [];
  if (minutes === undefined || Number(seconds) > 59) return undefined;
  return ((Number(hours) * 60 + Number(minutes)) * 60 + Number(seconds)) * 1000;
}

function invalid(line: number): SensorError {
  return new SensorError(
    'sensor-script-invalid',
    `expected a time and what happens then, later than before, in line ${line}`,
  );
}
