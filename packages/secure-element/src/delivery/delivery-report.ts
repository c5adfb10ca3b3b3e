// What the delivery has to say, for the phone to fetch: counts, states and codes, and no value that was measured.

import type { HospitalRelease } from '../hospital-hop/hospital-release.ts';
import type { Confirmation, Refusal } from '../hospital-hop/take-answer.ts';

export type DeliveryState =
  | { readonly state: 'idle' }
  | { readonly state: 'sending' }
  | { readonly state: 'waiting'; readonly code: string; readonly forMs: number };

export type DeliveryReport =
  | { readonly kind: 'confirmed'; readonly confirmation: Confirmation }
  | { readonly kind: 'refused'; readonly refusal: Refusal }
  | { readonly kind: 'hospital'; readonly release: HospitalRelease }
  | { readonly kind: 'state'; readonly state: DeliveryState };

/** Told once, however long it lasts. */
export function sameState(before: DeliveryState, after: DeliveryState): boolean {
  if (before.state !== 'waiting' || after.state !== 'waiting') return before.state === after.state;
  return before.code === after.code;
}
