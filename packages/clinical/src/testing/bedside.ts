// For tests: one patient followed over minutes, with everything that changed.

import type { News2 } from '../news2/score.ts';
import type { AlarmChange } from '../patient/alarm-change.ts';
import { initialPatient, observe } from '../patient/observe.ts';
import type { PatientState } from '../patient/patient-state.ts';
import { tick } from '../patient/tick.ts';
import type { Policy } from '../policy/policy.ts';
import type { Values } from '../vitals/vital.ts';

export const minute = 60_000;
/** An arbitrary midnight, so that no test lives near zero by accident. */
export const midnight = 1_700_006_400_000;

export const well: Values = {
  respiration: 16,
  spo2: 98,
  oxygen: 0,
  systolic: 120,
  diastolic: 75,
  pulse: 70,
  consciousness: 0,
  temperature: 37,
};

/** NEWS2 9: pulse 3, respiration 2, SpO2 2, systolic 2. */
export const veryIll: Values = { ...well, pulse: 135, respiration: 22, spo2: 93, systolic: 98 };

export class Bedside {
  state: PatientState;
  news2: News2 | undefined;
  readonly changes: AlarmChange[] = [];
  readonly policy: Policy;

  constructor(policy: Policy) {
    this.policy = policy;
    this.state = initialPatient(policy);
  }

  /** Measured at `at`, received at `received` (both in minutes); returns what it changed. */
  reading(at: number, values: Values, received = at): string[] {
    const observed = observe(this.state, this.policy, {
      at: midnight + at * minute,
      values,
      receivedAt: midnight + received * minute,
    });
    this.state = observed.state;
    this.news2 = observed.news2;
    return this.#told(observed.changes);
  }

  /** The same values every minute from `from` up to and without `until`. */
  minutes(from: number, until: number, values: Values): string[] {
    const told: string[] = [];
    for (let at = from; at < until; at += 1) told.push(...this.tick(at), ...this.reading(at, values));
    return told;
  }

  tick(at: number): string[] {
    const ticked = tick(this.state, this.policy, midnight + at * minute);
    this.state = ticked.state;
    return this.#told(ticked.changes);
  }

  active(): string[] {
    return Object.entries(this.state.rules)
      .filter(([, rule]) => rule.phase === 'active')
      .map(([id]) => id);
  }

  #told(changes: readonly AlarmChange[]): string[] {
    this.changes.push(...changes);
    return changes.map(({ change, rule }) => `${change} ${rule}`);
  }
}
