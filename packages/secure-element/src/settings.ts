// What the one who runs the element may decide. Issue of these by the hospital comes with personalisation over the air.

import type { HospitalReleasePolicy } from './hospital-hop/hospital-release.ts';
import { defaultTimeliness, type TimelinessPolicy } from './outbox/timeliness.ts';

export interface ElementSettings {
  /** Readings the outbox holds, those on the shelf included. */
  readonly outboxCapacity: number;
  readonly timeliness: TimelinessPolicy;
  /** After this many records or this long, a new handshake with the hospital, so that old keys are gone. */
  readonly renewAfterRecords: number;
  readonly renewAfterMs: number;
  /** Whether the hospital is asked which release it runs, and what follows if it cannot prove it. */
  readonly hospitalRelease: HospitalReleasePolicy;
  /** How long the patient's own readings are kept for the patient to see, sealed; 0: until the hospital has them. */
  readonly diaryMs: number;
  /**
   * Whether the store can be believed to be the newest there was. A browser's profile and a data folder are put back from
   * backups: a card there goes on with no counter that it finds, but shakes hands anew, numbers its own readings in a new
   * series, and skips so many numbers of its acknowledgements to sensors as a newer store can have used.
   */
  readonly resumes: boolean;
}

export const defaultSettings: ElementSettings = {
  outboxCapacity: 100_000,
  timeliness: defaultTimeliness,
  renewAfterRecords: 1 << 16,
  renewAfterMs: 24 * 60 * 60_000,
  hospitalRelease: 'report',
  diaryMs: 0,
  resumes: true,
};
