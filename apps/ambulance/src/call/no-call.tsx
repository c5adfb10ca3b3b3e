// Nothing to do, and how one knows that: the link is live, or it is not and the page cannot tell.
import { useLinkLook, useWard } from '@vitalseal/clinician/react';
import { callName } from './call-state.ts';
import classes from './no-call.module.css';
import type { PatientCall } from './patient-call.ts';

interface NoCallProps {
  readonly earlier: readonly PatientCall[];
  readonly onChoose: (call: string) => void;
}

export function NoCall({ earlier, onChoose }: NoCallProps) {
  const look = useLinkLook();
  const { complete } = useWard();
  const [title, text] =
    look === 'dead'
      ? ['Not reached', 'The hospital cannot send a call to this page now. Use the radio.']
      : complete
        ? ['No call', 'The hospital is connected. A call comes with sound and stands here at once.']
        : ['Connecting', 'Asking the hospital for calls.'];
  return (
    <main className={classes.none}>
      <h1 className={classes.title}>{title}</h1>
      <p className={classes.text}>{text}</p>
      {earlier.length === 1 && earlier[0] !== undefined && (
        <button type="button" className={classes.earlier} onClick={() => onChoose(earlier[0]?.id ?? '')}>
          Earlier call: {callName(earlier[0])}
        </button>
      )}
    </main>
  );
}
