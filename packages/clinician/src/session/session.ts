// The session of this device as a program sees it: what is known of it, and what a person can do with it.
import type { Bytes, MySessions, Welcome } from '@vitalseal/protocol';
import type { ReadStore } from '../store.ts';
import type { SessionState } from './session-state.ts';

export interface Session {
  readonly state: ReadStore<SessionState>;
  /** What the hospital said of itself when the feed began; undefined before. */
  readonly hospital: ReadStore<Welcome | undefined>;
  /** A person used the device. May be called at each key and click: the hospital is told now and then. */
  noteActivity(): void;
  /** @throws ClinicianError */
  lock(): Promise<void>;
  /** Asks the person for their passkey. @throws ClinicianError */
  unlock(): Promise<void>;
  /** Asks the person for their passkey before a dangerous deed. @throws ClinicianError */
  stepUp(): Promise<void>;
  /** The person's own, wherever they are signed in. @throws ClinicianError */
  mine(): Promise<Pick<MySessions, 'sessions' | 'passkeys'>>;
  /** Ends one of the person's own sessions. @throws ClinicianError */
  end(session: string): Promise<void>;
  /** @throws ClinicianError `request-refused` with `step-up-required` where the passkey is wanted first */
  removePasskey(passkey: Bytes): Promise<void>;
  /** The key of this device is gone afterwards, whether the hospital could be told or not. */
  signOut(): Promise<void>;
}
