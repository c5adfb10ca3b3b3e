// "Break the glass": a doctor who has no part in a patient's care opens the record all the same, because it cannot wait.
// It works at once; what it costs is said before: the reason, the care team, the auditor.
import { Button, Textarea, TextInput } from '@mantine/core';
import { reasonOf } from '@vitalseal/clinician';
import { BrokenGlassIcon, Dialog, DialogActions, Failure, useClinician, useLinkLook } from '@vitalseal/clinician/react';
import { useState } from 'react';
import classes from './break-glass.module.css';

const shortestReason = 10;
const longestReason = 500;

interface BreakGlassProps {
  readonly large?: boolean;
}

export function BreakGlass({ large = false }: BreakGlassProps) {
  const [open, setOpen] = useState(false);
  return (
    <>
      <Button
        size={large ? 'md' : 'xs'}
        variant="default"
        leftSection={<BrokenGlassIcon />}
        aria-haspopup="dialog"
        onClick={() => setOpen(true)}
      >
        Emergency access
      </Button>
      {open && <BreakGlassDialog onClose={() => setOpen(false)} />}
    </>
  );
}

function BreakGlassDialog({ onClose }: { readonly onClose: () => void }) {
  const clinician = useClinician();
  const live = useLinkLook() === 'live';
  const [patient, setPatient] = useState('');
  const [reason, setReason] = useState('');
  const [busy, setBusy] = useState(false);
  const [failed, setFailed] = useState<string>();
  const missing = shortestReason - reason.trim().length;
  const act = async () => {
    setBusy(true);
    setFailed(undefined);
    try {
      await clinician.breakGlass(patient.trim(), reason.trim());
      onClose();
    } catch (error) {
      setFailed(reasonOf(error));
    }
    setBusy(false);
  };
  return (
    <Dialog title="Emergency access to a patient" tone="grave" onClose={onClose}>
      <p>For a patient who is not yours to see and cannot wait. It opens at once, for one hour, and is not undone:</p>
      <ul className={classes.consequences}>
        <li>The patient’s care team and the doctors on call are told now, with your name and your reason.</li>
        <li>The hospital’s auditor is told, and reads the reason.</li>
        <li>The access stays in the audit log.</li>
      </ul>
      <form
        className={classes.form}
        onSubmit={(event) => {
          event.preventDefault();
          void act();
        }}
      >
        <TextInput
          label="Patient"
          description="Number, name or bed, exactly as the hospital writes it. There is no list to choose from."
          value={patient}
          maxLength={256}
          autoComplete="off"
          spellCheck={false}
          onChange={(event) => setPatient(event.currentTarget.value)}
        />
        <Textarea
          label="Reason"
          description={
            missing > 0
              ? `For the care team to understand: at least ${missing} more ${missing === 1 ? 'character' : 'characters'}.`
              : 'The care team and the auditor read it as it stands here.'
          }
          value={reason}
          rows={3}
          maxLength={longestReason}
          autoComplete="off"
          onChange={(event) => setReason(event.currentTarget.value)}
        />
        {failed !== undefined && <Failure title="Not opened." code={failed} />}
        {!live && <p className={classes.note}>No contact with the hospital: nothing can be opened now.</p>}
        <DialogActions>
          <Button
            type="submit"
            className={classes.act}
            disabled={!live || missing > 0 || patient.trim() === ''}
            loading={busy}
            leftSection={<BrokenGlassIcon />}
          >
            Open the record now
          </Button>
          <Button variant="default" onClick={onClose}>
            Leave it closed
          </Button>
        </DialogActions>
      </form>
    </Dialog>
  );
}
