// How the card's delivery to the hospital goes, as the phone tells it.

import type { DeliveryState as ReportedState } from '@vitalseal/secure-element/terminal';

export type DeliveryState =
  | { readonly state: 'idle' }
  | { readonly state: 'sending' }
  /** Both times in UTC ms of the machine's clock. */
  | { readonly state: 'waiting'; readonly code: string; readonly since: number; readonly nextAttemptAt: number };

export function deliveryState(reported: ReportedState, before: DeliveryState, now: number): DeliveryState {
  if (reported.state !== 'waiting') return { state: reported.state };
  const since = before.state === 'waiting' ? before.since : now;
  return { state: 'waiting', code: reported.code, since, nextAttemptAt: now + reported.forMs };
}
