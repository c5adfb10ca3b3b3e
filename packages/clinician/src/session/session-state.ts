// What this device knows of its session: that it is open, locked because nobody is at the device, or over.
import type { Locked, SessionEnd, SessionNews } from '@vitalseal/protocol';

export type SessionState =
  | { readonly kind: 'opening' }
  | { readonly kind: 'open'; readonly news: SessionNews }
  | {
      readonly kind: 'locked';
      readonly news: SessionNews | undefined;
      /** Undefined until the hospital has said what waits: this device locked by itself. */
      readonly waiting: Locked | undefined;
    }
  | {
      readonly kind: 'ended';
      readonly news: SessionNews | undefined;
      readonly reason: SessionEnd;
      /** The device's clock, UTC ms. */
      readonly at: number;
      /** False where this device left and could not say so. */
      readonly told: boolean;
    };

export const newsOf = (state: SessionState): SessionNews | undefined =>
  state.kind === 'opening' ? undefined : state.news;
