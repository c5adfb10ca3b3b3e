// An invitation as it is handed over: scanned from this screen, or as a link by a way that only that person reads. It is
// shown once; the hospital keeps no more of it than its hash.
import { Button, Textarea } from '@mantine/core';
import { CopyIcon, Dialog, DialogActions, useDeviceNow } from '@vitalseal/clinician/react';
import type { InvitationLink } from '@vitalseal/protocol';
import { useState } from 'react';
import { QrPicture } from '../invitations/qr-picture.tsx';
import { roleInWords } from '../parts/person-words.ts';
import { whenInWords } from '../parts/times.ts';
import classes from './invitation-dialog.module.css';

interface InvitationDialogProps {
  readonly invitation: InvitationLink;
  readonly name: string;
  readonly onClose: () => void;
}

export function InvitationDialog({ invitation, name, onClose }: InvitationDialogProps) {
  const { link, expiresAt, person } = invitation;
  const now = useDeviceNow();
  const [copied, setCopied] = useState(false);
  const copy = () =>
    navigator.clipboard.writeText(link).then(
      () => setCopied(true),
      () => setCopied(false),
    );
  return (
    <Dialog title={`Invitation for ${name}`} onClose={onClose}>
      <div className={classes.body}>
        <QrPicture text={link} label={`QR code of the invitation for ${name}`} />
        <div className={classes.text}>
          <p>
            {roleInWords(person.role)} <strong>{person.id}</strong>. Works once, until {whenInWords(expiresAt, now)}.
          </p>
          <p>
            Have them scan it with the device that they will sign in on, or send the link by a way that only they read.
            Whoever opens it first becomes {person.id} here.
          </p>
          <p>It is not shown again.</p>
        </div>
      </div>
      <Textarea label="Link" value={link} readOnly rows={3} onFocus={(event) => event.currentTarget.select()} />
      <DialogActions>
        <Button leftSection={<CopyIcon />} onClick={() => void copy()} autoFocus>
          {copied ? 'Copied' : 'Copy the link'}
        </Button>
        <Button variant="default" onClick={onClose}>
          Done
        </Button>
      </DialogActions>
    </Dialog>
  );
}
