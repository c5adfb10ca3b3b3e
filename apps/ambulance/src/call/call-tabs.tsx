// More than one call: each with its state, the one on show marked.
import { timeInWords } from '@vitalseal/clinician';
import { PriorityMark, useHospitalNow } from '@vitalseal/clinician/react';
import { callName, stateNames } from './call-state.ts';
import classes from './call-tabs.module.css';
import type { PatientCall } from './patient-call.ts';

interface CallTabsProps {
  readonly calls: readonly PatientCall[];
  readonly shown: string | undefined;
  readonly onChoose: (call: string) => void;
}

export function CallTabs({ calls, shown, onChoose }: CallTabsProps) {
  const now = useHospitalNow();
  return (
    <nav className={classes.tabs} aria-label="Calls">
      {calls.map((call) => (
        <button
          type="button"
          key={call.id}
          className={classes.tab}
          aria-current={call.id === shown}
          data-closed={call.state === 'closed'}
          onClick={() => onChoose(call.id)}
        >
          <PriorityMark priority={call.priority} answered={call.state !== 'offered'} />
          <span>
            <span className={classes.name}>{callName(call)}</span>
            <span className={classes.state}>
              {stateNames[call.state]} {timeInWords(call.since, now)}
            </span>
          </span>
        </button>
      ))}
    </nav>
  );
}
