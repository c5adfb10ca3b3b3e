// What of a reading the app shows, in the order in which it shows it. Blood pressure is one thing to a patient, though it
// is measured as two.
import { decimalToNumber, type Measurement, mdc } from '@vitalseal/protocol';

export const kinds = [
  'pulse',
  'spo2',
  'temperature',
  'pressure',
  'respiration',
  'weight',
  'glucose',
  'oxygen',
  'consciousness',
  'other',
] as const;
export type Kind = (typeof kinds)[number];

/** MDC_PULS_OXIM_PULS_RATE, MDC_MASS_BODY_ACTUAL, MDC_CONC_GLU_*: of standard sensors. */
const pulseRate = 149530;
const bodyMass = 188736;
const firstGlucose = 160184;
const lastGlucose = 160380;

const kindByCode: ReadonlyMap<number, Kind> = new Map([
  [mdc.heartRate, 'pulse'],
  [pulseRate, 'pulse'],
  [mdc.pulseOximetrySaturation, 'spo2'],
  [mdc.respirationRate, 'respiration'],
  [mdc.systolic, 'pressure'],
  [mdc.diastolic, 'pressure'],
  [mdc.bodyTemperature, 'temperature'],
  [mdc.supplementalOxygen, 'oxygen'],
  [mdc.consciousness, 'consciousness'],
  [bodyMass, 'weight'],
]);

const decimalsOf: Readonly<Partial<Record<Kind, number>>> = { temperature: 1, weight: 1, glucose: 1 };
export const decimals = (kind: Kind): number => decimalsOf[kind] ?? 0;

export function kindOf(code: number): Kind {
  const glucose = code >= firstGlucose && code <= lastGlucose;
  return kindByCode.get(code) ?? (glucose ? 'glucose' : 'other');
}

export const isKind = (text: string): text is Kind => kinds.some((kind) => kind === text);

/** Null where the sensor answered, but not with a number. `second` is the diastolic pressure. */
export interface Value {
  readonly first: number | null;
  readonly second?: number | null;
  readonly unit: number;
}

/** What a reading says of one kind; undefined: nothing. */
export function shownValue(measurements: readonly Measurement[], kind: Kind): Value | undefined {
  const own = measurements.filter(({ code }) => kindOf(code) === kind);
  const [first] = own;
  if (first === undefined) return undefined;
  if (kind !== 'pressure') return { first: numberOf(first), unit: first.unit };
  const upper = own.find(({ code }) => code === mdc.systolic);
  const lower = own.find(({ code }) => code === mdc.diastolic);
  return { first: upper ? numberOf(upper) : null, second: lower ? numberOf(lower) : null, unit: first.unit };
}

export function kindsIn(measurements: readonly Measurement[]): Set<Kind> {
  return new Set(measurements.map(({ code }) => kindOf(code)));
}

function numberOf({ value }: Measurement): number | null {
  return typeof value === 'string' ? null : decimalToNumber(value);
}
