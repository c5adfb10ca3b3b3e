// The proof that the log is whole, made in this browser and not by the hospital: every entry is hashed, and the signed
// checkpoints are held against the hashes. The same lines are saved as a file, for whoever trusts no page.

import { Button } from '@mantine/core';
import { parseHead, type Verdict, verifyExport } from '@vitalseal/audit';
import { reasonOf } from '@vitalseal/clinician';
import { CheckIcon, UnreadableIcon } from '@vitalseal/clinician/react';
import { useState } from 'react';
import { useOffice } from '../office-context.tsx';
import { Section } from '../parts/section.tsx';
import { exactTime } from '../parts/times.ts';
import { type KeptCheckpoint, keepCheckpoint, keptCheckpoint } from './kept-checkpoint.ts';
import { readExport } from './read-export.ts';
import classes from './verification-section.module.css';

type State =
  | { readonly kind: 'idle' }
  | { readonly kind: 'reading'; readonly lines: number }
  | { readonly kind: 'verifying'; readonly lines: number }
  | { readonly kind: 'done'; readonly verdict: Verdict; readonly otherKey: boolean; readonly at: number };

export function VerificationSection() {
  const office = useOffice();
  const [state, setState] = useState<State>({ kind: 'idle' });
  const [kept, setKept] = useState<KeptCheckpoint | undefined>(keptCheckpoint);
  const [failed, setFailed] = useState<string>();
  const busy = state.kind === 'reading' || state.kind === 'verifying';

  const read = async () => {
    setFailed(undefined);
    setState({ kind: 'reading', lines: 0 });
    return readExport(office, (lines) => setState({ kind: 'reading', lines }));
  };
  const verify = async () => {
    try {
      const lines = await read();
      setState({ kind: 'verifying', lines: lines.length });
      const { key } = parseHead(lines.slice(0, 4));
      const otherKey = kept !== undefined && kept.key !== key;
      const verdict = await verifyExport(lines, { kept: kept === undefined || otherKey ? [] : [kept.note] });
      const at = Date.now();
      setState({ kind: 'done', verdict, otherKey, at });
      if (verdict.finding !== undefined || otherKey || verdict.lastCheckpoint === undefined) return;
      const checkpoint = { key, note: verdict.lastCheckpoint, size: verdict.provenSize, at };
      keepCheckpoint(checkpoint);
      setKept(checkpoint);
    } catch (error) {
      setState({ kind: 'idle' });
      setFailed(reasonOf(error));
    }
  };
  const save = async () => {
    try {
      const lines = await read();
      setState({ kind: 'idle' });
      saveAsFile(`${lines.join('\n')}\n`);
    } catch (error) {
      setState({ kind: 'idle' });
      setFailed(reasonOf(error));
    }
  };
  return (
    <Section
      title="Verification"
      text="Each entry names the hash of the one before it, and the hospital’s own key signs how far the log has come. Whoever alters, removes, inserts or reorders an entry breaks that, and the first broken entry is named."
      unread={failed}
    >
      <div className={classes.body}>
        <div className={classes.actions}>
          <Button disabled={busy} onClick={() => void verify()}>
            Verify the whole log here
          </Button>
          <Button variant="default" disabled={busy} onClick={() => void save()}>
            Save the log as a file
          </Button>
        </div>
        <p className={classes.progress} role="status">
          {state.kind === 'reading' && `Read ${state.lines} lines.`}
          {state.kind === 'verifying' && `Verifying ${state.lines} lines.`}
        </p>
        {state.kind === 'done' && <Outcome {...state} />}
        <p>
          {kept === undefined
            ? 'This browser has not verified the log before. From the first time on it remembers the last checkpoint, so that a log that was rewritten or cut short later is found.'
            : `Last verified in this browser: ${exactTime(kept.at)}, ${kept.size} entries. The log must still be what it was then.`}
        </p>
        <p>
          The file proves the same without this page or this hospital: <code>vitalseal audit verify FILE</code>. Keep
          it, or the last checkpoint in it, where the hospital’s administrators cannot reach it.
        </p>
      </div>
    </Section>
  );
}

function Outcome({ verdict, otherKey, at }: Extract<State, { kind: 'done' }>) {
  const { finding, provenSize, checkpoints, keyId, origin } = verdict;
  if (finding !== undefined || otherKey) {
    return (
      <div className={classes.outcome} data-good={false} role="alert">
        <UnreadableIcon size={28} />
        <div>
          <strong>The log is not what it should be.</strong>
          {finding !== undefined && <p>{sentence(finding.line)}</p>}
          {otherKey && <p>It begins with another key than the one that this browser knows: it is another log.</p>}
          <p>Save the log as a file before anything else happens to it.</p>
        </div>
      </div>
    );
  }
  return (
    <div className={classes.outcome} data-good={true} role="status">
      <CheckIcon size={28} />
      <div>
        <strong>Whole: {provenSize} entries are proved.</strong>
        <p>
          {checkpoints} {checkpoints === 1 ? 'checkpoint' : 'checkpoints'} of {origin}, key {keyId}, verified{' '}
          {exactTime(at)}.
        </p>
      </div>
    </div>
  );
}

const sentence = (line: string): string => `${line.charAt(0).toUpperCase()}${line.slice(1)}.`;

function saveAsFile(text: string): void {
  const url = URL.createObjectURL(new Blob([text], { type: 'text/plain' }));
  const link = document.createElement('a');
  link.href = url;
  link.download = `vitalseal-audit-${new Date().toISOString().slice(0, 10)}.txt`;
  link.click();
  setTimeout(() => URL.revokeObjectURL(url), 60_000);
}
