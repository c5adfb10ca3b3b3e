// First contact of a person: the invitation is exchanged for a passkey of theirs, once.
import type { KeyCustody } from '../custody/key-custody.ts';
import type { Transport } from '../link/transport.ts';
import type { Passkeys, PublicKeyCredentialCreationOptionsJSON } from '../passkey/passkeys.ts';
import { type PasskeyInvitation, parseInvitation } from './invitation.ts';
import { askDesk, optionsIn, type Person, personIn, textIn } from './sign-in-desk.ts';

export interface RegistrationOptions {
  /** The link, or what was read from it. */
  readonly invitation: string | PasskeyInvitation;
  readonly custody: Pick<KeyCustody, 'trustRoot'>;
  readonly passkeys: Passkeys;
  readonly transport: Transport;
  /** By which the person tells this passkey from their others; at most 64 characters. */
  readonly label?: string;
}

/** Whom an invitation is for. Nothing is used up by asking. @throws ClinicianError */
export async function invitedPerson(invitation: PasskeyInvitation, transport: Transport): Promise<Person> {
  return personIn(await askDesk(transport, 'sign-in/registration/options', { token: invitation.token }));
}

/** @throws ClinicianError; the invitation stays good unless the hospital says otherwise */
export async function registerPasskey(options: RegistrationOptions): Promise<Person> {
  const { custody, passkeys, transport, label } = options;
  const invitation = typeof options.invitation === 'string' ? parseInvitation(options.invitation) : options.invitation;
  const { token, rootFingerprint } = invitation;
  const begun = await askDesk(transport, 'sign-in/registration/options', { token });
  const response = await passkeys.create(optionsIn<PublicKeyCredentialCreationOptionsJSON>(begun));
  const registered = await askDesk(transport, 'sign-in/registration', {
    ceremony: textIn(begun, 'ceremony'),
    token,
    response,
    ...(label !== undefined && { label }),
  });
  await custody.trustRoot(rootFingerprint);
  return personIn(registered);
}
