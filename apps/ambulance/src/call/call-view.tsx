// One call: who, why, how they are, where, and the next step of the crew.
import { ageInWords, timeInWords } from '@vitalseal/clinician';
import { PriorityMark, ScoreMark, useHospitalNow } from '@vitalseal/clinician/react';
import { PlacePanel } from '../place/place-panel.tsx';
import { callName, stateNames } from './call-state.ts';
import classes from './call-view.module.css';
import { LastReadings } from './last-readings.tsx';
import { NextStep } from './next-step.tsx';
import type { PatientCall } from './patient-call.ts';
import { StateSteps } from './state-steps.tsx';

interface CallViewProps {
  readonly call: PatientCall;
  /** The call is closed and the crew is done with it. */
  readonly onLeave: () => void;
}

export function CallView({ call, onLeave }: CallViewProps) {
  const now = useHospitalNow();
  return (
    <main className={classes.call} data-closed={call.state === 'closed'}>
      <div className={classes.care}>
        <header className={classes.head}>
          <div className={classes.who}>
            <p className={classes.since}>
              <PriorityMark priority={call.priority} answered={call.state !== 'offered' && call.added.length === 0} />
              {stateNames[call.state]} since {timeInWords(call.since, now)}, {ageInWords(now - call.since)} ago
            </p>
            <h1 className={classes.name}>{callName(call)}</h1>
            <ul className={classes.reasons}>
              {call.reasons.map((reason) => (
                <li key={reason}>{reason}</li>
              ))}
            </ul>
          </div>
          <ScoreMark news2={call.news2} size="crew" />
        </header>
        <StateSteps state={call.state} />
        <NextStep call={call} onLeave={onLeave} />
        <LastReadings call={call} now={now} />
      </div>
      <PlacePanel location={call.location} now={now} />
    </main>
  );
}
