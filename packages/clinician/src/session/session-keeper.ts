// Keeps a session: what the hospital says of it, what the person at the device does with it, and the end of its key.
import { bufferToBase64URLString } from '@simplewebauthn/browser';
import type { AssertionPurpose, Bytes, SessionFromHospital, SessionToHospital, Welcome } from '@vitalseal/protocol';
import type { KeyCustody } from '../custody/key-custody.ts';
import { ClinicianError } from '../errors.ts';
import type { Said } from '../link/language.ts';
import type { Passkeys } from '../passkey/passkeys.ts';
import { Store } from '../store.ts';
import type { Session } from './session.ts';
import { newsOf, type SessionState } from './session-state.ts';

export interface SessionKeeperOptions {
  readonly ask: (message: SessionToHospital) => Promise<Said>;
  readonly custody: KeyCustody;
  /** Left out: a device without any, which can only answer where the hospital asks for none. */
  readonly passkeys: Passkeys | undefined;
  /** UTC ms. */
  readonly now: () => number;
  /** A program is at its device for as long as it runs, and says so by itself. */
  readonly attended: 'by a person' | 'by a program';
  /** Nobody is at the device any more. */
  readonly onLocked: () => void;
  readonly onEnded: () => void;
}

type SessionRecord = Exclude<SessionFromHospital, { type: 'result' | 'challenge' | 'my-sessions' }>;

const activityEveryMs = 30_000;
/** The hospital locks; a device that cannot hear it, or slept, does so itself a moment later. */
const graceMs = 3000;

export class SessionKeeper implements Session {
  readonly state = new Store<SessionState>({ kind: 'opening' });
  readonly hospital = new Store<Welcome | undefined>(undefined);
  readonly #options: SessionKeeperOptions;
  #activityAt = Number.NEGATIVE_INFINITY;
  #attending: ReturnType<typeof setInterval> | undefined;
  /** A feed that begins anew says `locked` again before it is complete, where the session still is. */
  #stillLocked = false;
  /** This device locked itself: the hospital's opinion does not open it, only the person does. */
  #lockedHere = false;
  #usedAt: number;

  constructor(options: SessionKeeperOptions) {
    this.#options = options;
    this.#usedAt = options.now();
  }

  get over(): boolean {
    return this.state.get().kind === 'ended';
  }

  receive(message: SessionRecord): void {
    switch (message.type) {
      case 'welcome':
        this.#stillLocked = false;
        this.hospital.change(() => message);
        return;
      case 'session':
        this.#attend(message.idleMs);
        this.state.change((state) =>
          state.kind === 'locked' ? { ...state, news: message } : { kind: 'open', news: message },
        );
        return;
      case 'locked':
        this.#stillLocked = true;
        this.state.change((state) => ({ kind: 'locked', news: newsOf(state), waiting: message }));
        this.#options.onLocked();
        return;
      case 'complete':
        this.#completed();
        return;
      case 'session-ended':
        void this.#end(message.reason, true);
    }
  }

  noteActivity(): void {
    const state = this.state.get();
    if (state.kind !== 'open') return;
    const { idleMs } = state.news;
    const now = this.#options.now();
    this.#usedAt = now;
    if (idleMs === 0 || now - this.#activityAt < Math.min(activityEveryMs, idleMs / 5)) return;
    this.#activityAt = now;
    // Not told is not used: then the hospital locks, and the person unlocks.
    this.#options.ask({ type: 'activity' }).catch(() => {
      this.#activityAt = Number.NEGATIVE_INFINITY;
    });
  }

  async lock(): Promise<void> {
    await this.#options.ask({ type: 'lock' });
  }

  async unlock(): Promise<void> {
    await this.#confirm('unlock');
    this.#lockedHere = false;
    this.#usedAt = this.#options.now();
  }

  stepUp(): Promise<void> {
    return this.#confirm('step-up');
  }

  async mine() {
    const answer = await this.#options.ask({ type: 'my-sessions' });
    if (isMySessions(answer)) return answer;
    throw new ClinicianError('message-not-understood', 'expected the sessions of this person');
  }

  async end(session: string): Promise<void> {
    await this.#options.ask({ type: 'end-session', session });
  }

  async removePasskey(passkey: Bytes): Promise<void> {
    await this.#options.ask({ type: 'remove-passkey', passkey });
  }

  async signOut(): Promise<void> {
    const told = await this.#options.ask({ type: 'sign-out' }).then(
      () => true,
      () => this.over,
    );
    await this.#end('signed-out', told);
  }

  stop(): void {
    clearInterval(this.#attending);
  }

  /** All that the hospital had has come: it tells a locked session nothing but that. */
  #completed(): void {
    const state = this.state.get();
    if (state.kind !== 'locked' || this.#stillLocked || state.news === undefined) return;
    if (this.#lockedHere) {
      this.#options.onLocked();
      this.lock().catch(() => undefined);
      return;
    }
    const { news } = state;
    this.state.change(() => ({ kind: 'open', news }));
  }

  /** Asked each second: whether somebody is still there. */
  #lookAround(idleMs: number): void {
    if (this.state.get().kind !== 'open' || this.#options.now() - this.#usedAt < idleMs + graceMs) return;
    this.#lockedHere = true;
    this.state.change((state) => ({ kind: 'locked', news: newsOf(state), waiting: undefined }));
    this.#options.onLocked();
    this.lock().catch(() => undefined);
  }

  async #confirm(purpose: AssertionPurpose): Promise<void> {
    const { ask, passkeys } = this.#options;
    const challenge = await ask({ type: 'challenge', for: purpose });
    if (!isChallenge(challenge)) throw new ClinicianError('message-not-understood', 'expected a challenge');
    if (!challenge.passkey) {
      await ask({ type: 'assertion', for: purpose, response: '' });
      return;
    }
    if (passkeys === undefined) throw new ClinicianError('passkey-unavailable', 'expected a device with passkeys');
    const response = await passkeys.assert({
      challenge: bufferToBase64URLString(challenge.challenge.buffer),
      rpId: challenge.rpId,
      allowCredentials: challenge.credentials.map(({ buffer }) => ({
        id: bufferToBase64URLString(buffer),
        type: 'public-key',
      })),
      userVerification: 'required',
    });
    await ask({ type: 'assertion', for: purpose, response: JSON.stringify(response) });
  }

  #attend(idleMs: number): void {
    clearInterval(this.#attending);
    if (idleMs === 0) return;
    const program = this.#options.attended === 'by a program';
    const look = program ? () => this.noteActivity() : () => this.#lookAround(idleMs);
    this.#attending = setInterval(look, program ? Math.max(100, idleMs / 4) : 1000);
  }

  async #end(reason: Extract<SessionState, { kind: 'ended' }>['reason'], told: boolean): Promise<void> {
    if (this.over) return;
    this.stop();
    const at = this.#options.now();
    this.state.change((state) => ({ kind: 'ended', news: newsOf(state), reason, at, told }));
    this.#options.onEnded();
    // A key that could not be deleted is of no use: its certificate is revoked, or runs out with the session.
    await this.#options.custody.forget().catch(() => undefined);
  }
}

function isChallenge(answer: Said): answer is Extract<SessionFromHospital, { type: 'challenge' }> {
  return answer.type === 'challenge';
}

function isMySessions(answer: Said): answer is Extract<SessionFromHospital, { type: 'my-sessions' }> {
  return answer.type === 'my-sessions';
}
