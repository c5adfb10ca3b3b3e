// The session of this device as a program sees it: what is known of it, and what a person can do with it.
import type { ReadStore } from '../store.ts';
import type { SessionState } from './session-state.ts';

export interface Session {
  readonly state: ReadStore<SessionState>;
  /** A person used the device. May be called at each key and click: the hospital is told now and then. */
  noteActivity(): void;
  /** @throws ClinicianError */
  lock(): Promise<void>;
  /** Asks the person for their passkey. @throws ClinicianError */
  unlock(): Promise<void>;
  /** Asks the person for their passkey before a dangerous deed. @throws ClinicianError */
  stepUp(): Promise<void>;
  /** The key of this device is gone afterwards, whether the hospital could be told or not. */
  signOut(): Promise<void>;
}
