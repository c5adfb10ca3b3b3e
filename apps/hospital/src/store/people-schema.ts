/** The tables of people: how they sign in, their sessions, and whose patients they look after. */
import type { Blob } from './schema.ts';

/** A passkey (WebAuthn credential) of one person; they may have several. */
export interface PasskeyTable {
  /** Credential identifier, base64url. */
  id: string;
  person: string;
  /** COSE_Key. */
  public_key: Blob;
  /** What the authenticator last counted; 0 for one that does not count. */
  counter: number;
  /** JSON list. */
  transports: string;
  /** What the person calls it: sealed. */
  label: Blob;
  registered_at: number;
  used_at: number | null;
  removed_at: number | null;
}

/** A one-time link by which a person registers a passkey. */
export interface InvitationTable {
  /** SHA-256 of the token, hexadecimal: the token itself is nowhere. */
  token_hash: string;
  person: string;
  invited_at: number;
  expires_at: number;
  used_at: number | null;
  withdrawn_at: number | null;
}

/** One sign-in on one device, and the certificate that came of it. */
export interface SessionTable {
  id: string;
  person: string;
  /** Of the certificate. */
  serial: string;
  method: string;
  /** The passkey it was opened with. */
  passkey: string | null;
  /** DER: what is revoked at the authority when the session ends before its time. */
  certificate: Blob;
  /** Until when the certificate says that it is valid. */
  certified_until: number;
  opened_at: number;
  expires_at: number;
  /** When a person last did something on the device. */
  active_at: number;
  /** When a passkey last signed for it. */
  verified_at: number;
  locked_at: number | null;
  ended_at: number | null;
  /** expired, signed-out, revoked or removed */
  ending: string | null;
  /** Of its certificate at the authority: null, 'due', 'done' or 'refused'. */
  revocation: string | null;
}

export interface CareTeamTable {
  patient: number;
  person: string;
  since: number;
}

/** "Break the glass". */
export interface EmergencyAccessTable {
  id: string;
  person: string;
  patient: number;
  /** Sealed under the patient's key. */
  reason: Blob;
  since: number;
  until: number;
}

export interface PeopleSchema {
  passkeys: PasskeyTable;
  invitations: InvitationTable;
  sessions: SessionTable;
  care_teams: CareTeamTable;
  emergency_accesses: EmergencyAccessTable;
}
