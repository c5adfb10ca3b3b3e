// The doctor's or the crew's device as a program sees it: what it knows, and what it can do about it.
import type { AlarmNotice, DispatchState, LiveReading } from '@vitalseal/protocol';
import type { KeyCustody } from './custody/key-custody.ts';
import type { Backoff } from './link/backoff.ts';
import type { Fetch } from './link/transport.ts';
import type { Passkeys } from './passkey/passkeys.ts';
import type { Session } from './session/session.ts';
import type { WardStore } from './ward/ward-store.ts';

export interface OpenedAlarm {
  readonly notice: AlarmNotice;
  /** The device's clock when the envelope was open, UTC ms. */
  readonly openedAt: number;
  /** From the hospital's T_H to then, in ms of the device's clock, as far as the hospital's clock is known. */
  readonly latencyMs: number;
}

export interface ClinicianCounts {
  /** Alarms whose envelope this device opened and verified, each once. */
  readonly received: number;
  /** Alarms whose 'opened' receipt the hospital took. */
  readonly opened: number;
  readonly readings: number;
  readonly dispatches: number;
  /** Records and alarms that came and could not be used. */
  readonly unusable: number;
}

export interface Clinician {
  readonly ward: Pick<WardStore, 'get' | 'subscribe'>;
  readonly session: Session;
  counts(): ClinicianCounts;
  /** A person saw the alarm. Without effect where the program itself opens (see `opens`). */
  markOpened(alarm: string): void;
  /** @throws ClinicianError */
  acknowledge(alarm: string): Promise<void>;
  /** @throws ClinicianError */
  setDispatchState(dispatch: string, state: DispatchState): Promise<void>;
  /** Asks for what was measured from a time on (UTC ms at the hospital); it arrives in the ward. @throws ClinicianError */
  loadHistory(patient: string, from: number): Promise<void>;
  /**
   * Emergency access to a patient, by their identity or exactly by bed or name. The care team is told, and the auditor.
   * @throws ClinicianError
   */
  breakGlass(patient: string, reason: string): Promise<void>;
  /** Tries a lost link again at once. */
  wake(): void;
  stop(): Promise<void>;
}

export interface ClinicianOptions {
  readonly role: 'doctor' | 'ambulance';
  /** Of the people listener; a page gives its own origin. */
  readonly hospitalUrl: string;
  readonly custody: KeyCustody;
  /** To unlock the session and to confirm a dangerous deed. */
  readonly passkeys?: Passkeys;
  /** The device's clock, UTC ms; the system's by default. */
  readonly now?: () => number;
  readonly fetch?: Fetch;
  /**
   * 'itself': an alarm counts as opened when `onAlarm` has handled it (a program without a screen).
   * 'person': when the page calls `markOpened`. By default 'itself'.
   */
  readonly opens?: 'itself' | 'person';
  readonly onAlarm?: (alarm: OpenedAlarm) => void | Promise<void>;
  readonly onReading?: (reading: LiveReading, openedAt: number) => void;
  readonly backoff?: Backoff;
  /** How long the feed may be silent; the hospital beats every 10 s. */
  readonly silenceMs?: number;
}
