/** What a device is told of its session, and what a locked one is told in place of everything else. */
import { type Locked, parseIdentity, type SessionNews } from '@vitalseal/protocol';
import type { Session } from '../sessions/session.ts';
import type { SignInSettings } from '../sign-in/sign-in-settings.ts';
import type { Ward } from '../watch/ward.ts';
import type { Access, Asking } from './access.ts';
import type { OpenCalls } from './open-calls.ts';

/** @param now the hospital's clock */
export function sessionNews(session: Session, name: string, settings: SignInSettings, now: number): SessionNews {
  const { id, person, method, openedAt, expiresAt, verifiedAt } = session;
  const { idleMs, stepUpMs } = settings;
  return {
    type: 'session',
    session: id,
    person: parseIdentity(person),
    name,
    method,
    openedAt,
    expiresAt,
    idleMs,
    stepUpMs,
    verifiedAt,
    at: now,
  };
}

export interface Waiting {
  readonly ward: Ward;
  readonly access: Access;
  readonly calls: OpenCalls;
}

/** Counts, and nothing of whom: a device that nobody has unlocked must not be silent, nor say more. */
export function lockedNews(
  asking: Asking,
  since: number,
  { ward, access, calls }: Waiting,
  now: number,
): Omit<Locked, 'at'> & { at: number } {
  const counts = { high: 0, medium: 0, low: 0 };
  for (const patient of ward.admitted()) {
    if (!access.may(asking, 'watch-patient', patient.number)) continue;
    for (const { alarm } of patient.alarms.values()) {
      if (alarm.state !== 'acknowledged') counts[alarm.priority] += 1;
    }
  }
  const isCrew = asking.peer.role === 'ambulance';
  const offered = isCrew
    ? calls.all.filter((row) => row.state === 'offered' && calls.concerns(row, asking.peerName)).length
    : 0;
  return { type: 'locked', since, ...counts, calls: offered, at: now };
}
