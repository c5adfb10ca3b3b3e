// What a patient types, as a measurement: digits of any script, comma or point, and a thermometer that shows Fahrenheit.
import type { Measurement } from '@vitalseal/protocol';
import { vitalMeasurement } from '@vitalseal/secure-element/measurement';

export const enteredNumbers = ['temperature', 'pulse', 'spo2', 'respiration'] as const;
export type EnteredNumber = (typeof enteredNumbers)[number] | 'systolic' | 'diastolic';

interface Range {
  readonly vital: Parameters<typeof vitalMeasurement>[0];
  /** Outside it a value cannot be true (docs/clinical.md). */
  readonly possible: readonly [number, number];
  /** Outside it the patient is asked to look again. */
  readonly usual: readonly [number, number];
  readonly decimals: number;
  readonly example: string;
}

const ranges: Readonly<Record<EnteredNumber, Range>> = {
  temperature: { vital: 'temp', possible: [25, 45], usual: [35, 40], decimals: 1, example: '36.8' },
  pulse: { vital: 'hr', possible: [15, 300], usual: [45, 130], decimals: 0, example: '72' },
  spo2: { vital: 'spo2', possible: [40, 100], usual: [90, 100], decimals: 0, example: '96' },
  respiration: { vital: 'resp', possible: [3, 90], usual: [9, 24], decimals: 0, example: '16' },
  systolic: { vital: 'sbp', possible: [40, 300], usual: [90, 200], decimals: 0, example: '128' },
  diastolic: { vital: 'dbp', possible: [20, 200], usual: [50, 120], decimals: 0, example: '79' },
};

export const exampleOf = (what: EnteredNumber): string => ranges[what].example;

/** No body has a temperature that both scales could mean. */
const fahrenheit = [80, 113] as const;

export type Entry =
  | { readonly problem: 'not-number' | 'impossible' }
  | {
      readonly problem: undefined;
      readonly value: number;
      readonly unusual: boolean;
      /** As typed, where the thermometer shows Fahrenheit. */
      readonly fahrenheit: number | undefined;
      readonly measurement: Measurement;
    };

export function entryOf(what: EnteredNumber, typed: string): Entry {
  const { vital, possible, usual, decimals } = ranges[what];
  const number = numberIn(typed);
  if (number === undefined) return { problem: 'not-number' };
  const inFahrenheit = what === 'temperature' && number >= fahrenheit[0] && number <= fahrenheit[1];
  const value = rounded(inFahrenheit ? ((number - 32) * 5) / 9 : number, decimals);
  if (value < possible[0] || value > possible[1]) return { problem: 'impossible' };
  return {
    problem: undefined,
    value,
    unusual: value < usual[0] || value > usual[1],
    fahrenheit: inFahrenheit ? number : undefined,
    measurement: vitalMeasurement(vital, value),
  };
}

const digits: readonly [zero: number, ...rest: number[]] = [0x0660, 0x06f0];

/** Arabic-Indic and Persian digits too; the comma, and the Arabic decimal separator. */
function numberIn(typed: string): number | undefined {
  const text = [...typed.trim()]
    .map((sign) => {
      const code = sign.codePointAt(0) ?? 0;
      const zero = digits.find((start) => code >= start && code <= start + 9);
      return zero === undefined ? sign : String(code - zero);
    })
    .join('')
    .replace(/[,٫]/, '.');
  return /^\d{1,4}(?:\.\d{1,3})?$/.test(text) ? Number(text) : undefined;
}

function rounded(value: number, decimals: number): number {
  return Number(`${Math.round(Number(`${value}e${decimals}`))}e-${decimals}`);
}
