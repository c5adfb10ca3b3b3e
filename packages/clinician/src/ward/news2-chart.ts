// The RCP's NEWS2 chart as rows of seven cells, 3 2 1 0 1 2 3, for showing in which band a value landed and why. It
// only says what the score means: the points themselves come from the hospital. A test holds it equal to the scoring.
import type { Values, Vital } from '@vitalseal/clinical';

export const pointsOfCell = [3, 2, 1, 0, 1, 2, 3] as const;

/** A vital with a part of its own in NEWS2. */
export type ScoredVital = Exclude<Vital, 'diastolic'>;

export const scoredVitals: readonly ScoredVital[] = [
  'respiration',
  'spo2',
  'oxygen',
  'systolic',
  'pulse',
  'consciousness',
  'temperature',
];

export interface Band {
  readonly cell: number;
  readonly text: string;
  /** Inclusive, in the table's precision; absent where the band is open. */
  readonly from?: number;
  readonly to?: number;
}

const respiration: readonly Band[] = [
  { cell: 0, text: '≤ 8', to: 8 },
  { cell: 2, text: '9–11', from: 9, to: 11 },
  { cell: 3, text: '12–20', from: 12, to: 20 },
  { cell: 5, text: '21–24', from: 21, to: 24 },
  { cell: 6, text: '≥ 25', from: 25 },
];

const spo2Scale1: readonly Band[] = [
  { cell: 0, text: '≤ 91', to: 91 },
  { cell: 1, text: '92–93', from: 92, to: 93 },
  { cell: 2, text: '94–95', from: 94, to: 95 },
  { cell: 3, text: '≥ 96', from: 96 },
];

const spo2Scale2Low: readonly Band[] = [
  { cell: 0, text: '≤ 83', to: 83 },
  { cell: 1, text: '84–85', from: 84, to: 85 },
  { cell: 2, text: '86–87', from: 86, to: 87 },
];

const spo2Scale2Air: readonly Band[] = [...spo2Scale2Low, { cell: 3, text: '≥ 88', from: 88 }];

const spo2Scale2Oxygen: readonly Band[] = [
  ...spo2Scale2Low,
  { cell: 3, text: '88–92', from: 88, to: 92 },
  { cell: 4, text: '93–94', from: 93, to: 94 },
  { cell: 5, text: '95–96', from: 95, to: 96 },
  { cell: 6, text: '≥ 97', from: 97 },
];

const systolic: readonly Band[] = [
  { cell: 0, text: '≤ 90', to: 90 },
  { cell: 1, text: '91–100', from: 91, to: 100 },
  { cell: 2, text: '101–110', from: 101, to: 110 },
  { cell: 3, text: '111–219', from: 111, to: 219 },
  { cell: 6, text: '≥ 220', from: 220 },
];

const pulse: readonly Band[] = [
  { cell: 0, text: '≤ 40', to: 40 },
  { cell: 2, text: '41–50', from: 41, to: 50 },
  { cell: 3, text: '51–90', from: 51, to: 90 },
  { cell: 4, text: '91–110', from: 91, to: 110 },
  { cell: 5, text: '111–130', from: 111, to: 130 },
  { cell: 6, text: '≥ 131', from: 131 },
];

const temperature: readonly Band[] = [
  { cell: 0, text: '≤ 35.0', to: 35 },
  { cell: 2, text: '35.1–36.0', from: 35.1, to: 36 },
  { cell: 3, text: '36.1–38.0', from: 36.1, to: 38 },
  { cell: 4, text: '38.1–39.0', from: 38.1, to: 39 },
  { cell: 5, text: '≥ 39.1', from: 39.1 },
];

const oxygen: readonly Band[] = [
  { cell: 1, text: 'O₂', from: 1 },
  { cell: 3, text: 'Air', to: 0 },
];

const consciousness: readonly Band[] = [
  { cell: 3, text: 'Alert', to: 0 },
  { cell: 6, text: 'CVPU', from: 1 },
];

export function bandsOf(vital: ScoredVital, scale: 1 | 2, onOxygen: boolean): readonly Band[] {
  if (vital === 'spo2') return scale === 1 ? spo2Scale1 : onOxygen ? spo2Scale2Oxygen : spo2Scale2Air;
  return { respiration, oxygen, systolic, pulse, consciousness, temperature }[vital];
}

/** The band of a value that is already rounded to the table's precision. */
export function bandOf(bands: readonly Band[], value: number): Band | undefined {
  return bands.find((band) => (band.from ?? -Infinity) <= value && value <= (band.to ?? Infinity));
}

export function pointsOf(band: Band): number {
  return pointsOfCell[band.cell] ?? 0;
}

export const isOnOxygen = (values: Values): boolean => (values.oxygen ?? 0) > 0;
