// The life of a call as the crew moves it: offered, accepted, en route, on scene, closed. One step at a time, forward.
import type { Dispatch } from '@vitalseal/clinician';

export type CallState = Dispatch['state'];

export const callStates: readonly CallState[] = ['offered', 'accepted', 'en-route', 'on-scene', 'closed'];

export const stateNames: Record<CallState, string> = {
  offered: 'Offered',
  accepted: 'Accepted',
  'en-route': 'En route',
  'on-scene': 'On scene',
  closed: 'Closed',
};

/** What the crew does to come from this state to the next. */
export const nextDeeds: Partial<
  Record<CallState, { readonly to: Exclude<CallState, 'offered'>; readonly deed: string }>
> = {
  offered: { to: 'accepted', deed: 'Accept the call' },
  accepted: { to: 'en-route', deed: 'We are on our way' },
  'en-route': { to: 'on-scene', deed: 'We are on scene' },
  'on-scene': { to: 'closed', deed: 'Close the call' },
};

export const isActive = ({ state }: Dispatch): boolean => state !== 'closed';

const urgency = { high: 0, medium: 1, low: 2 } as const;

/** Active before closed; among the active, what nobody accepted yet first. */
export function callsByUrgency(calls: Iterable<Dispatch>): Dispatch[] {
  return [...calls].sort(
    (a, b) =>
      Number(isActive(b)) - Number(isActive(a)) ||
      Number(b.state === 'offered') - Number(a.state === 'offered') ||
      urgency[a.priority] - urgency[b.priority] ||
      b.at - a.at,
  );
}
