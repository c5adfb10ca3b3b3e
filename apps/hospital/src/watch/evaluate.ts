/**
 * The rules, over one patient. What they remember comes from the store; should that ever be spoilt they begin anew
 * with nothing remembered, since a patient over whom the rules fail would be a patient for whom no alarm is raised.
 */
import {
  initialPatient,
  type Observation,
  type Observed,
  observe,
  type PatientState,
  type Ticked,
  tick,
} from '@vitalseal/clinical';
import type { MonitoredPatient } from './monitored-patient.ts';

export type OnProblem = (error: unknown) => void;

export function observed(patient: MonitoredPatient, observation: Observation, onProblem: OnProblem): Observed {
  return withSoundState(patient, (state) => observe(state, patient.policy, observation), onProblem);
}

export function ticked(patient: MonitoredPatient, now: number, onProblem: OnProblem): Ticked {
  return withSoundState(patient, (state) => tick(state, patient.policy, now), onProblem);
}

function withSoundState<Result>(
  { state, policy }: MonitoredPatient,
  evaluate: (state: PatientState) => Result,
  onProblem: OnProblem,
): Result {
  try {
    return evaluate(state);
  } catch (error) {
    onProblem(error);
    return evaluate(initialPatient(policy));
  }
}
