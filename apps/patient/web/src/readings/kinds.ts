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
] as const;
export type Kind = (typeof kinds)[number];

const kindByCode: ReadonlyMap<number, Kind> = new Map<number, Kind>([
  [mdc.heartRate, 'pulse'],
  [mdc.pulseRate, 'pulse'],
  [mdc.pulseRateOfCuff, 'pulse'],
  [mdc.pulseOximetrySaturation, 'spo2'],
  [mdc.respirationRate, 'respiration'],
  [mdc.systolic, 'pressure'],
  [mdc.diastolic, 'pressure'],
  [mdc.bodyTemperature, 'temperature'],
  [mdc.supplementalOxygen, 'oxygen'],
  [mdc.consciousness, 'consciousness'],
  [mdc.bodyMass, 'weight'],
  [mdc.glucose, 'glucose'],
  [mdc.glucoseCapillaryBlood, 'glucose'],
  [mdc.glucoseCapillaryPlasma, 'glucose'],
  [mdc.glucoseVenousBlood, 'glucose'],
  [mdc.glucoseVenousPlasma, 'glucose'],
  [mdc.glucoseArterialBlood, 'glucose'],
  [mdc.glucoseArterialPlasma, 'glucose'],
  [mdc.glucoseInterstitial, 'glucose'],
  [mdc.glucoseBlood, 'glucose'],
  [mdc.glucosePlasma, 'glucose'],
]);

const decimalsOf: Readonly<Partial<Record<Kind, number>>> = { temperature: 1, weight: 1, glucose: 1 };
export const decimals = (kind: Kind): number => decimalsOf[kind] ?? 0;

/** Undefined for what a patient has no word for: a perfusion index, the mean of a pressure, a deed of the card. */
export const kindOf = (code: number): Kind | undefined => kindByCode.get(code);

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
  return new Set(measurements.flatMap(({ code }) => kindOf(code) ?? []));
}

function numberOf({ value }: Measurement): number | null {
  return typeof value === 'string' ? null : decimalToNumber(value);
}
