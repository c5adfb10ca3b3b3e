// How far the call is.
import { type CallState, callStates, stateNames } from './call-state.ts';
import classes from './state-steps.module.css';

export function StateSteps({ state }: { readonly state: CallState }) {
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
