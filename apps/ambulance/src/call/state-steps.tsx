// How far the call is.
import type { DispatchState } from '@vitalseal/protocol';
import { stateNames } from './call-state.ts';
import { callStates } from './patient-call.ts';
import classes from './state-steps.module.css';

export function StateSteps({ state }: { readonly state: DispatchState }) {
  const reached = callStates.indexOf(state);
  return (
    <ol className={classes.steps} aria-label="State of the call">
      {callStates.map((each, i) => (
        <li
          key={each}
          className={classes.step}
          data-state={i < reached ? 'done' : i === reached ? 'now' : 'next'}
          aria-current={i === reached ? 'step' : undefined}
        >
          {stateNames[each]}
        </li>
      ))}
    </ol>
  );
}
