/** Rules of the hospital's own form that one value raises and one value clears, so that a test waits for nothing more. */

const atOnce = {
  kind: 'limit',
  priority: 'high',
  persistence: { readings: 1, of: 1, withinS: 0, apartS: 0 },
  clear: { readings: 1, forS: 0 },
} as const;

/** Under 85, as the default limits have it. */
export const spo2LowAtOnce = { ...atOnce, id: 'spo2-low', vital: 'spo2', side: 'low', margin: 2 } as const;

/** Over 130, with `limits` that say so. */
export const pulseHighAtOnce = { ...atOnce, id: 'pulse-high', vital: 'pulse', side: 'high', margin: 5 } as const;
export const pulseOver130 = { pulse: { high: 130 } } as const;
