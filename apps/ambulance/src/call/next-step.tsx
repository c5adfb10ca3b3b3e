// The one thing that the crew can do next, as large as a thumb in a glove. Closing asks twice, since it cannot be undone.
import { Button } from '@mantine/core';
import { useClinician, useLinkLook } from '@vitalseal/clinician/react';
import { useEffect, useState } from 'react';
import { nextDeeds } from './call-state.ts';
import classes from './next-step.module.css';
import { type PatientCall, stepsTo } from './patient-call.ts';

const sureMs = 6000;

interface NextStepProps {
  readonly call: PatientCall;
  readonly onLeave: () => void;
}

export function NextStep({ call, onLeave }: NextStepProps) {
  const clinician = useClinician();
  const live = useLinkLook() === 'live';
  const [failed, setFailed] = useState(false);
  const [asked, setAsked] = useState(false);
  // What was added while the crew is under way comes first: it is one press, and then the call goes on as before.
  const next = call.added.length > 0 ? { to: call.state, deed: addedDeed(call) } : nextDeeds[call.state];

  useEffect(() => {
    if (!asked) return;
    const timer = setTimeout(() => setAsked(false), sureMs);
    return () => clearTimeout(timer);
  }, [asked]);

  if (next === undefined) {
    return (
      <div className={classes.next}>
        <Button className={classes.button} variant="default" onClick={onLeave}>
          Back
        </Button>
      </div>
    );
  }
  const closing = next.to === 'closed';
  const act = () => {
    if (closing && !asked) {
      setAsked(true);
      return;
    }
    setAsked(false);
    setFailed(false);
    void inOrder(stepsTo(call.members, next.to), ({ id, state }) => clinician.setDispatchState(id, state)).catch(() =>
      setFailed(true),
    );
  };
  return (
    <div className={classes.next}>
      <Button
        className={classes.button}
        data-next={next.to}
        disabled={!live}
        loading={call.changing}
        variant={closing && !asked ? 'default' : 'filled'}
        onClick={act}
      >
        {asked ? 'Press again to close the call' : next.deed}
      </Button>
      {!live && <p className={classes.note}>No contact: the hospital cannot be told from here now. Use the radio.</p>}
      {live && failed && <p className={classes.note}>The hospital did not take it. Press again.</p>}
    </div>
  );
}

function addedDeed({ added }: PatientCall): string {
  return `Accept: ${[...new Set(added.flatMap(({ reasons }) => reasons))].join(', ')}`;
}

async function inOrder<T>(items: readonly T[], act: (item: T) => Promise<void>): Promise<void> {
  for (const item of items) await act(item);
}
