/** Invitations to register a passkey: a link that works once and for a day. The hospital keeps only its hash. */
import { createHash, randomBytes } from 'node:crypto';
import type { Identity } from '@vitalseal/protocol';
import { HospitalError } from '../errors.ts';
import type { Database } from '../store/batch-statement.ts';
import type { InvitationRow } from '../store/invitations.ts';
import type { Store } from '../store/open-store.ts';

export interface Invitation {
  readonly token: string;
  readonly expiresAt: number;
}

export interface Inviting {
  /** Identity in its text form. */
  readonly person: string;
  readonly actor: string;
  readonly at: number;
  readonly lifetimeMs: number;
}

/** In place of those that were open: whoever lost a link asks for another, and the lost one is void. */
export async function invitePerson(
  store: Store,
  { person, actor, at, lifetimeMs }: Inviting,
  db: Database,
): Promise<Invitation> {
  const token = randomBytes(32).toString('base64url');
  const invitation = hashOf(token);
  const expiresAt = at + lifetimeMs;
  await store.invitations.withdraw(person, at, db);
  await store.invitations.add(
    {
      token_hash: invitation,
      person,
      invited_at: at,
      expires_at: expiresAt,
      used_at: null,
      withdrawn_at: null,
    },
    db,
  );
  store.audit.append(db, { kind: 'person-invited', actor, what: { person, until: expiresAt, invitation } });
  return { token, expiresAt };
}

/** @throws HospitalError `invitation-refused`, `-used`, `-expired` */
export async function findInvitation(store: Store, token: string, at: number, db?: Database): Promise<InvitationRow> {
  const found = await store.invitations.find(hashOf(token), db);
  if (found === undefined || found.withdrawn_at !== null) {
    throw new HospitalError('invitation-refused', 'expected an invitation of this hospital');
  }
  if (found.used_at !== null) throw new HospitalError('invitation-used', 'expected an invitation not used before');
  if (found.expires_at <= at) throw new HospitalError('invitation-expired', 'expected an invitation still open');
  return found;
}

/** Everything stands in the fragment, which a browser never sends to a server. */
export function invitationLink(
  origin: string,
  { role }: Identity,
  { token, rootFingerprint }: { token: string; rootFingerprint: string },
): string {
  const page = role === 'doctor' || role === 'ambulance' ? role : 'office';
  return new URL(`/${page}/#invite=${token}&root=${rootFingerprint}`, origin).href;
}

function hashOf(token: string): string {
  return createHash('sha256').update(token).digest('hex');
}
