/**
 * All sessions. The store decides; memory follows each commit, and takes over within a second what another process (a
 * command) has written. A channel of step 3 rests on the certificate of one session, and is worth nothing without it.
 */
import { randomUUID } from 'node:crypto';
import { parseCertificate } from '@vitalseal/certifying-authority';
import { type Bytes, formatIdentity, type Identity, type SessionEnd, type SessionMethod } from '@vitalseal/protocol';
import { systemActor } from '../audit/acts.ts';
import type { OpenChannel } from '../channels/open-channel.ts';
import { HospitalError } from '../errors.ts';
import type { SignInSettings } from '../sign-in/sign-in-settings.ts';
import type { Database } from '../store/batch-statement.ts';
import type { Store } from '../store/open-store.ts';
import type { SessionRow } from '../store/sessions.ts';
import { type EndedSession, type Session, sessionOf } from './session.ts';

/** A tally that grows with every change of sessions, passkeys, invitations or care teams, whichever process makes it. */
export const staffTally = 'staff';

export interface SessionsOptions {
  readonly store: Store;
  readonly settings: SignInSettings;
  /** UTC ms, the machine's own clock: sessions age in real time. */
  readonly now: () => number;
  /** The store is not the newest there was: whoever was signed in signs in again, and open invitations are void. */
  readonly distrusted?: boolean;
  /** After the commit that ended them. */
  readonly onEnded: (ended: readonly EndedSession[]) => void;
  readonly onLocked: (session: Session) => void;
}

export interface NewSession {
  readonly person: Identity;
  readonly method: SessionMethod;
  readonly passkey: string | null;
  /** DER. */
  readonly certificate: Bytes;
}

/** How long a stored `active_at` may lag behind. */
const activityLagMs = 30_000;
/** Of some years. What is forgotten has no session, and opens none without a passkey or an invitation. */
const mostEnded = 20_000;
/** A session that was opened further ahead than this is of a clock that was set back: nobody knows how long it lasts. */
const clockToleranceMs = 60_000;

export class Sessions {
  readonly #options: SessionsOptions;
  readonly #open = new Map<string, Session>();
  /** Serial numbers of certificates whose session ended before their time, the newest of them. */
  readonly #ended = new Set<string>();
  readonly #storedActivity = new Map<string, number>();
  #tally = -1;

  private constructor(options: SessionsOptions) {
    this.#options = options;
  }

  static async load(options: SessionsOptions): Promise<Sessions> {
    const sessions = new Sessions(options);
    await sessions.refresh();
    return sessions;
  }

  /** Once, before anybody is let in: ends what is not to be believed any more. */
  async settle(): Promise<void> {
    if (this.#options.distrusted === true) await this.#endAll();
    if (this.settings.mode === 'passkeys') await this.#endLinks();
  }

  get all(): readonly Session[] {
    return [...this.#open.values()];
  }

  get settings(): SignInSettings {
    return this.#options.settings;
  }

  ofSerial(serial: string | undefined): Session | undefined {
    const session = serial === undefined ? undefined : this.#open.get(serial);
    return session !== undefined && session.expiresAt > this.#options.now() ? session : undefined;
  }

  /** The session that a channel belongs to: whose certificate it was agreed with. */
  ofChannel({ serial }: OpenChannel): Session | undefined {
    return this.ofSerial(serial);
  }

  find(id: string): Session | undefined {
    return this.all.find((session) => session.id === id);
  }

  ofPerson(person: string): Session[] {
    return this.all.filter((session) => session.person === person);
  }

  /** Whether no channel may rest on this certificate any more. */
  hasEnded(serial: string): boolean {
    return this.#ended.has(serial);
  }

  /** @throws HospitalError `not-admitted`: shut out since they were asked who they are; `sign-in-malformed` */
  async open(fresh: NewSession): Promise<Session> {
    const { store } = this.#options;
    const row = this.#rowOf(fresh);
    await store.transaction(async (db) => {
      await this.#expectStill(row, db);
      await store.sessions.open(row, db);
      const { id, person, serial, method, passkey } = row;
      const what = { session: id, method, serial, ...(passkey === null ? {} : { passkey: passkey.slice(0, 200) }) };
      store.audit.append(db, { kind: 'signed-in', actor: person, what });
    });
    const session = sessionOf(row);
    // Ended already, between its commit and here.
    if (this.hasEnded(row.serial)) throw shutOut();
    this.#hold(session);
    return session;
  }

  /** Whoever is removed at this moment, or their passkey, waits for this transaction or is waited for: then it is known here. */
  async #expectStill({ person, passkey, serial }: SessionRow, db: Database): Promise<void> {
    const { store } = this.#options;
    if (!(await store.people.hold(person, db))) throw shutOut();
    if (passkey === null) return;
    if (!(await store.passkeys.hold(passkey, db))) throw shutOut();
    if ((await store.sessions.ofSerial(serial, db)) === undefined) return;
    throw new HospitalError('sign-in-malformed', 'expected a key that was made for this session');
  }

  /**
   * The session under which somebody shakes hands. Where people sign in by links, a certificate that comes for the first
   * time is the sign-in.
   */
  async admit(person: Identity, serial: string | undefined, certificate: Bytes): Promise<Session | undefined> {
    const known = this.ofSerial(serial);
    if (known !== undefined) return known.person === formatIdentity(person) ? known : undefined;
    const { settings } = this.#options;
    if (settings.mode !== 'links' || serial === undefined || this.hasEnded(serial)) return undefined;
    if (await this.#isShutOut(formatIdentity(person))) return undefined;
    return this.open({ person, method: 'link', passkey: null, certificate });
  }

  /** A person did something. A word that comes too late does not open a locked session. */
  touch(session: Session): void {
    if (session.lockedAt === null) session.activeAt = this.#options.now();
  }

  async lock(session: Session, db: Database, actor = session.person): Promise<() => void> {
    const { store, now, onLocked } = this.#options;
    const at = now();
    await store.sessions.change(session.id, { locked_at: at }, db);
    store.audit.append(db, { kind: 'session-locked', actor, what: { session: session.id } });
    return () => {
      session.lockedAt = at;
      onLocked(session);
    };
  }

  /** An assertion was verified, or none is needed: the session is open, and dangerous deeds are for a while. */
  async verified(session: Session, db: Database): Promise<() => void> {
    const { store, now } = this.#options;
    const at = now();
    await store.sessions.change(session.id, { verified_at: at, active_at: at, locked_at: null }, db);
    const kind = session.lockedAt === null ? 'step-up' : 'session-unlocked';
    store.audit.append(db, { kind, actor: session.person, what: { session: session.id } });
    return () => {
      session.verifiedAt = at;
      session.activeAt = at;
      session.lockedAt = null;
    };
  }

  /** @returns what is to be done after the commit */
  async end(
    sessions: readonly Session[],
    { reason, actor }: { reason: SessionEnd; actor: string },
    db: Database,
  ): Promise<() => void> {
    const ended: EndedSession[] = [];
    for (const session of sessions) {
      if (await endStored(this.#options.store, { session, reason, actor, at: this.#options.now() }, db)) {
        ended.push({ session, reason });
      }
    }
    return () => this.#forget(ended);
  }

  /** These have ended in the store: with a commit that was made elsewhere. */
  forget(ended: readonly Session[], reason: SessionEnd): void {
    this.#forget(ended.map((session) => ({ session, reason })));
  }

  async endNow(sessions: readonly Session[], ending: { reason: SessionEnd; actor: string }): Promise<void> {
    if (sessions.length === 0) return;
    const after = await this.#options.store.transaction((db) => this.end(sessions, ending, db));
    after();
  }

  /** Every second: what has run out ends, what nobody uses is locked, and what another process wrote counts. @returns whether it wrote */
  async look(): Promise<boolean> {
    const changed = await this.refresh();
    const { store, settings, now } = this.#options;
    const at = now();
    this.#comeBackTo(at);
    await this.endNow(
      this.all.filter(({ expiresAt, openedAt }) => expiresAt <= at || openedAt > at + clockToleranceMs),
      { reason: 'expired', actor: systemActor },
    );
    if (settings.idleMs > 0) {
      const idle = this.all.filter(({ activeAt, lockedAt }) => lockedAt === null && activeAt + settings.idleMs <= at);
      for (const session of idle) {
        const after = await store.transaction((db) => this.lock(session, db, systemActor));
        after();
      }
    }
    await this.#storeActivity();
    return changed;
  }

  /** Where the clock was set back, nothing counts from a time to come: a session would stay open, and stepped up, until then. */
  #comeBackTo(at: number): void {
    for (const session of this.all) {
      session.activeAt = Math.min(session.activeAt, at);
      session.verifiedAt = Math.min(session.verifiedAt, at);
    }
  }

  async refresh(): Promise<boolean> {
    const { store, now } = this.#options;
    const tally = (await store.tallies.get(staffTally)) ?? 0;
    if (tally === this.#tally) return false;
    const rows = await store.sessions.alive(now());
    this.#tally = tally;
    const ended: EndedSession[] = [];
    for (const row of rows) {
      const known = this.#open.get(row.serial);
      if (row.ended_at === null) {
        // It may have ended here while the store was asked.
        if (known === undefined && !this.hasEnded(row.serial)) this.#hold(sessionOf(row));
      } else if (row.ending !== 'expired' || row.method !== 'link') {
        this.#close(row.serial);
        if (known?.id === row.id) ended.push({ session: known, reason: row.ending as SessionEnd });
      }
    }
    this.#forget(ended);
    return true;
  }

  async #endAll(): Promise<void> {
    const { store, now } = this.#options;
    const at = now();
    await this.endNow(this.all, { reason: 'expired', actor: systemActor });
    for (const { person } of await store.invitations.open(at)) await store.invitations.withdraw(person, at);
  }

  async #endLinks(): Promise<void> {
    const links = this.all.filter(({ method }) => method === 'link');
    await this.endNow(links, { reason: 'expired', actor: systemActor });
    for (const { serial } of links) this.#close(serial);
  }

  /** Whom an administrator has shut out comes in again by an invitation, not by the key that they still have. */
  async #isShutOut(person: string): Promise<boolean> {
    const { store } = this.#options;
    const revokedAt = await store.sessions.lastRevokedAt(person);
    if (revokedAt === undefined) return false;
    return ((await store.invitations.lastInvitedAt(person)) ?? 0) <= revokedAt;
  }

  #rowOf({ person, method, passkey, certificate }: NewSession): SessionRow {
    const { settings, now } = this.#options;
    const { serial, notAfter } = parseCertificate(certificate);
    const at = now();
    return {
      id: randomUUID(),
      person: formatIdentity(person),
      serial,
      method,
      passkey,
      certificate,
      certified_until: notAfter,
      opened_at: at,
      expires_at: Math.min(notAfter, at + settings.sessionMs),
      active_at: at,
      verified_at: at,
      locked_at: null,
      ended_at: null,
      ending: null,
      revocation: null,
    };
  }

  #hold(session: Session): void {
    this.#open.set(session.serial, session);
    this.#storedActivity.set(session.id, session.activeAt);
  }

  #forget(ended: readonly EndedSession[]): void {
    for (const { session, reason } of ended) {
      this.#open.delete(session.serial);
      this.#storedActivity.delete(session.id);
      if (reason !== 'expired' || session.method !== 'link') this.#close(session.serial);
    }
    if (ended.length > 0) this.#options.onEnded(ended);
  }

  /** By their number and not by their time, which a clock may have wrong. */
  #close(serial: string): void {
    this.#ended.add(serial);
    if (this.#ended.size <= mostEnded) return;
    for (const oldest of this.#ended) {
      this.#ended.delete(oldest);
      return;
    }
  }

  async #storeActivity(): Promise<void> {
    const { store } = this.#options;
    for (const { id, activeAt } of this.all) {
      if (activeAt - (this.#storedActivity.get(id) ?? 0) < activityLagMs) continue;
      this.#storedActivity.set(id, activeAt);
      await store.sessions.change(id, { active_at: activeAt });
    }
  }
}

function shutOut(): HospitalError {
  return new HospitalError('not-admitted', 'expected a member of staff, and a passkey that is in use');
}

export interface StoredEnding {
  readonly session: Pick<Session, 'id' | 'person' | 'expiresAt' | 'certifiedUntil'>;
  readonly reason: SessionEnd;
  readonly actor: string;
  readonly at: number;
}

/** Also for commands, beside a hospital that serves. False where it had ended already. */
export async function endStored(
  store: Store,
  { session, reason, actor, at }: StoredEnding,
  db: Database,
): Promise<boolean> {
  const revocation = session.certifiedUntil > at ? 'due' : null;
  if (!(await store.sessions.end(session.id, { at, ending: reason, revocation }, db))) return false;
  const kind = reason === 'revoked' || reason === 'removed' ? 'session-revoked' : 'signed-out';
  store.audit.append(db, { kind, actor, what: { session: session.id, person: session.person, because: reason } });
  return true;
}
