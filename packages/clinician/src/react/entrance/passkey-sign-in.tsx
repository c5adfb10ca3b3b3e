// The usual way in: one press, and the person's passkey.
import { Button } from '@mantine/core';
import { KeyIcon } from '../icons.tsx';
import { Failure } from './failure.tsx';
import classes from './sheet.module.css';
import { Sheet } from './sheet.tsx';

interface PasskeySignInProps {
  /** As a person says it: "doctor’s". */
  readonly who: string;
  readonly hospital: string | undefined;
  /** Where passkeys work, if not at this address. */
  readonly elsewhere: string | undefined;
  readonly busy: boolean;
  readonly failed: string | undefined;
  readonly onSignIn: () => void;
}

export function PasskeySignIn({ who, hospital, elsewhere, busy, failed, onSignIn }: PasskeySignInProps) {
  return (
    <Sheet title="Sign in">
      <div className={classes.form}>
        <p className={classes.place}>
          The {who} page{hospital !== undefined && ` of ${hospital}`}
        </p>
        <p>
          Your passkey proves that it is you: the fingerprint, face or PIN of this device, or a security key. For this
          session the page makes a key of its own. What the hospital sends is sealed to that key, and it ends with the
          session.
        </p>
        {failed !== undefined && <Failure title="Not signed in." code={failed} />}
        {elsewhere === undefined ? (
          <Button size="lg" leftSection={<KeyIcon size={20} />} loading={busy} onClick={onSignIn}>
            Sign in with a passkey
          </Button>
        ) : (
          <p role="alert">
            Passkeys of this hospital work at one address only: <a href={elsewhere}>{elsewhere}</a>
          </p>
        )}
        <p className={classes.aside}>
          No passkey yet? Open the invitation link of the hospital’s office, or scan its QR code, on this device.
        </p>
      </div>
    </Sheet>
  );
}
