// NEWS2 (Royal College of Physicians, National Early Warning Score 2, 2017): the table, both SpO2 scales. A parameter
// that is missing is null and adds nothing, so that a partial total is a lower bound, never a verdict of normal.

import { measuredOf } from '../vitals/plausible.ts';
import type { Measured, Values, Vital } from '../vitals/vital.ts';
import { vitalBit } from '../vitals/vital.ts';
import { roundAwayFromNormal } from './rounding.ts';

/** 1 for most patients; 2 only where a clinician set it (hypercapnic respiratory failure, target 88-92 %). */
export type Spo2Scale = 1 | 2;

/** The seven parameters in the order of the chart. */
export const news2Parameters = [
  'respiration',
  'spo2',
  'oxygen',
  'systolic',
  'pulse',
  'consciousness',
  'temperature',
] as const satisfies readonly Vital[];

export type News2Parameter = (typeof news2Parameters)[number];

export const news2Set: number = news2Parameters.reduce((set, parameter) => set | vitalBit[parameter], 0);

/** 20 is what the table can give: 3 for each parameter but oxygen, which gives 2. */
export const news2Maximum = 20;

export type News2Parts = { readonly [P in News2Parameter]: number | null };

/** `low-medium` is RCP's risk for a single parameter of 3 while the total is below 5. */
export type News2Risk = 'low' | 'low-medium' | 'medium' | 'high' | 'unknown';

export interface News2 {
  /** The sum of the known parts: a lower bound while `known` is below `of`. */
  readonly total: number;
  readonly known: number;
  readonly of: 7;
  readonly parts: News2Parts;
  /** Follows from `total` and the parts, so it is a lower bound too; `unknown` only when nothing is known. */
  readonly risk: News2Risk;
}

function respirationPart(value: number): number {
  const rate = roundAwayFromNormal(value, 1, 16);
  if (rate <= 8) return 3;
  if (rate <= 11) return 1;
  if (rate <= 20) return 0;
  return rate <= 24 ? 2 : 3;
}

function spo2PartOnScale1(value: number): number {
  const percent = roundAwayFromNormal(value, 1, 100);
  if (percent <= 91) return 3;
  if (percent <= 93) return 2;
  return percent <= 95 ? 1 : 0;
}

/** Above 92 % scale 2 asks whether the patient breathes oxygen: while that is not known, neither is the part. */
function spo2PartOnScale2(value: number, oxygen: number | undefined): number | null {
  const percent = roundAwayFromNormal(value, 1, 90);
  if (percent <= 83) return 3;
  if (percent <= 85) return 2;
  if (percent <= 87) return 1;
  if (percent <= 92 || oxygen === 0) return 0;
  if (oxygen === undefined) return null;
  if (percent <= 94) return 1;
  return percent <= 96 ? 2 : 3;
}

function systolicPart(value: number): number {
  const pressure = roundAwayFromNormal(value, 1, 165);
  if (pressure <= 90) return 3;
  if (pressure <= 100) return 2;
  if (pressure <= 110) return 1;
  return pressure <= 219 ? 0 : 3;
}

function pulsePart(value: number): number {
  const rate = roundAwayFromNormal(value, 1, 70);
  if (rate <= 40) return 3;
  if (rate <= 50) return 1;
  if (rate <= 90) return 0;
  if (rate <= 110) return 1;
  return rate <= 130 ? 2 : 3;
}

function temperaturePart(value: number): number {
  const tenths = roundAwayFromNormal(value, 10, 37);
  if (tenths <= 350) return 3;
  if (tenths <= 360) return 1;
  if (tenths <= 380) return 0;
  return tenths <= 390 ? 1 : 2;
}

function riskOf(total: number, known: number, parts: News2Parts): News2Risk {
  if (known === 0) return 'unknown';
  if (total >= 7) return 'high';
  if (total >= 5) return 'medium';
  const single =
    parts.respiration === 3 ||
    parts.spo2 === 3 ||
    parts.systolic === 3 ||
    parts.pulse === 3 ||
    parts.consciousness === 3 ||
    parts.temperature === 3;
  return single ? 'low-medium' : 'low';
}

/** The score of values that were already looked at. */
export function scoreMeasured(values: Measured, scale: Spo2Scale): News2 {
  const { respiration, spo2, oxygen, systolic, pulse, consciousness, temperature } = values;
  const parts: News2Parts = {
    respiration: respiration === undefined ? null : respirationPart(respiration),
    spo2: spo2 === undefined ? null : scale === 1 ? spo2PartOnScale1(spo2) : spo2PartOnScale2(spo2, oxygen),
    oxygen: oxygen === undefined ? null : oxygen === 0 ? 0 : 2,
    systolic: systolic === undefined ? null : systolicPart(systolic),
    pulse: pulse === undefined ? null : pulsePart(pulse),
    consciousness: consciousness === undefined ? null : consciousness === 0 ? 0 : 3,
    temperature: temperature === undefined ? null : temperaturePart(temperature),
  };
  let total = 0;
  let known = 0;
  for (const parameter of news2Parameters) {
    const part = parts[parameter];
    if (part === null) continue;
    total += part;
    known += 1;
  }
  return { total, known, of: 7, parts, risk: riskOf(total, known, parts) };
}

/** The score of one set of values by themselves; what cannot be true of a patient counts as missing. */
export function scoreNews2(values: Values, options: { readonly scale: Spo2Scale }): News2 {
  return scoreMeasured(measuredOf(values), options.scale);
}
