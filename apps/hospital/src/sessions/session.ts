/** One sign-in of one person on one device, as long as it lasts. Its certificate is made for it and dies with it. */
import type { SessionEnd, SessionMethod } from '@vitalseal/protocol';
import type { SessionRow } from '../store/sessions.ts';

export interface Session {
  readonly id: string;
  /** Identity in its text form. */
  readonly person: string;
  readonly serial: string;
  readonly method: SessionMethod;
  /** Credential identifier, base64url. */
  readonly passkey: string | null;
  readonly openedAt: number;
  readonly expiresAt: number;
  readonly certifiedUntil: number;
  activeAt: number;
  verifiedAt: number;
  lockedAt: number | null;
}

export interface EndedSession {
  readonly session: Session;
  readonly reason: SessionEnd;
}

export function sessionOf(row: SessionRow): Session {
  return {
    id: row.id,
    person: row.person,
    serial: row.serial,
    method: row.method as SessionMethod,
    passkey: row.passkey,
    openedAt: row.opened_at,
    expiresAt: row.expires_at,
    certifiedUntil: row.certified_until,
    activeAt: row.active_at,
    verifiedAt: row.verified_at,
    lockedAt: row.locked_at,
  };
}
