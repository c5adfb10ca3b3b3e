// The default policy, for an adult at home or on a ward whose sensors send about once a minute. Why each number is what
// it is, and whose, stands in docs/clinical.md; whoever changes one changes it there too.

import type { Vital } from '../vitals/vital.ts';
import type { Escalation, Limits, Priority } from './policy.ts';

const minute = 60;
const hour = 3600;

const validityS: { readonly [V in Vital]: number } = {
  respiration: 10 * minute,
  spo2: 10 * minute,
  pulse: 10 * minute,
  systolic: hour,
  diastolic: hour,
  temperature: 6 * hour,
  consciousness: 6 * hour,
  oxygen: 12 * hour,
};

const limits: { readonly [V in Vital]?: Limits } = {
  respiration: { low: 5, high: 36 },
  spo2: { low: 85 },
  systolic: { low: 90 },
  diastolic: { high: 120 },
  pulse: { low: 40, high: 140 },
  consciousness: { high: 2 },
};

const escalation: { readonly [P in Priority]: Escalation | null } = {
  high: { afterS: 2 * minute, repeatS: 2 * minute, levels: 3 },
  medium: { afterS: 15 * minute, repeatS: 15 * minute, levels: 3 },
  low: null,
};

/** Three of five readings a minute apart: two minutes' persistence, which a lost reading or two does not restart. */
const persistence = { readings: 3, of: 5, withinS: 10 * minute, apartS: 30 };
/** Five readings a minute apart. */
const clear = { readings: 5, forS: 4 * minute };
const measured = { persistence, clear };
const observedOnce = {
  persistence: { readings: 1, of: 1, withinS: 0, apartS: 0 },
  clear: { readings: 1, forS: 0 },
};

const rules: readonly unknown[] = [
  { id: 'news2-emergency', kind: 'news2', priority: 'high', atLeast: 7, clearAt: 5, ...measured },
  { id: 'respiration-low', kind: 'limit', priority: 'high', vital: 'respiration', side: 'low', margin: 2, ...measured },
  {
    id: 'respiration-high',
    kind: 'limit',
    priority: 'high',
    vital: 'respiration',
    side: 'high',
    margin: 4,
    ...measured,
  },
  { id: 'spo2-low', kind: 'limit', priority: 'high', vital: 'spo2', side: 'low', margin: 2, ...measured },
  { id: 'systolic-low', kind: 'limit', priority: 'high', vital: 'systolic', side: 'low', margin: 5, ...measured },
  { id: 'pulse-low', kind: 'limit', priority: 'high', vital: 'pulse', side: 'low', margin: 3, ...measured },
  { id: 'pulse-high', kind: 'limit', priority: 'high', vital: 'pulse', side: 'high', margin: 5, ...measured },
  {
    id: 'unresponsive',
    kind: 'limit',
    priority: 'high',
    vital: 'consciousness',
    side: 'high',
    worsenBy: 1,
    ...observedOnce,
  },
  {
    id: 'news2-urgent',
    kind: 'news2',
    priority: 'medium',
    atLeast: 5,
    clearAt: 3,
    unless: ['news2-emergency'],
    ...measured,
  },
  {
    id: 'single-parameter',
    kind: 'single-parameter',
    priority: 'medium',
    unless: ['news2-emergency', 'news2-urgent'],
    ...measured,
  },
  { id: 'diastolic-high', kind: 'limit', priority: 'medium', vital: 'diastolic', side: 'high', margin: 5, ...measured },
  { id: 'stream-silent', kind: 'stale', priority: 'medium', of: 'stream', afterS: 15 * minute },
  { id: 'spo2-silent', kind: 'stale', priority: 'low', of: 'spo2', afterS: 30 * minute, unless: ['stream-silent'] },
  { id: 'pulse-silent', kind: 'stale', priority: 'low', of: 'pulse', afterS: 30 * minute, unless: ['stream-silent'] },
  {
    id: 'respiration-silent',
    kind: 'stale',
    priority: 'low',
    of: 'respiration',
    afterS: 30 * minute,
    unless: ['stream-silent'],
  },
];

export const defaultPolicyJson = {
  validityS,
  limits,
  escalation,
  rules,
  futureToleranceS: 2 * minute,
  currentS: 10 * minute,
} as const;
