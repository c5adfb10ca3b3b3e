// The words for a call's life as the crew moves it: offered, accepted, en route, on scene, closed. Forward only.
import type { DispatchState } from '@vitalseal/protocol';

export const stateNames: Record<DispatchState, string> = {
  offered: 'Offered',
  accepted: 'Accepted',
  'en-route': 'En route',
  'on-scene': 'On scene',
  closed: 'Closed',
};

/** What the crew does to come from this state to the next. */
export const nextDeeds: Partial<Record<DispatchState, { readonly to: DispatchState; readonly deed: string }>> = {
  offered: { to: 'accepted', deed: 'Accept the call' },
  accepted: { to: 'en-route', deed: 'We are on our way' },
  'en-route': { to: 'on-scene', deed: 'We are on scene' },
  'on-scene': { to: 'closed', deed: 'Close the call' },
};

export const callName = ({ name }: { readonly name: string }): string => name || 'Taken by another crew';
