// The vital signs that the rules know, as plain numbers. Seven of them make NEWS2 (Royal College of Physicians, 2017);
// the diastolic pressure is no part of it and serves limits alone.

export const vitals = [
  'respiration',
  'spo2',
  'oxygen',
  'systolic',
  'diastolic',
  'pulse',
  'consciousness',
  'temperature',
] as const;

export type Vital = (typeof vitals)[number];

/**
 * One reading's values. Units: respiration and pulse per minute, spo2 percent, systolic and diastolic mmHg,
 * temperature °C, oxygen 0 (air) or 1 (supplemental oxygen), consciousness 0 to 4 (alert, new confusion, voice, pain,
 * unresponsive). What was not measured is absent or undefined.
 */
export type Values = { readonly [V in Vital]?: number | undefined };

/** Values that were looked at: every vital is a key, and what is missing or cannot be true is undefined. */
export type Measured = { readonly [V in Vital]: number | undefined };

/** The ACVPU scale in the order of its codes 0 to 4. */
export const consciousnessLevels = ['A', 'C', 'V', 'P', 'U'] as const;

export type ConsciousnessLevel = (typeof consciousnessLevels)[number];

/** A set of vitals as bits, because the rules are evaluated on every reading that a hospital takes in. */
export type VitalSet = number;

export const vitalBit: { readonly [V in Vital]: number } = {
  respiration: 1,
  spo2: 2,
  oxygen: 4,
  systolic: 8,
  diastolic: 16,
  pulse: 32,
  consciousness: 64,
  temperature: 128,
};

export function vitalsIn(set: VitalSet): Vital[] {
  return vitals.filter((vital) => (set & vitalBit[vital]) !== 0);
}
