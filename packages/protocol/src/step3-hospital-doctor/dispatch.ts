// The state of an ambulance call, as the hospital and the crew name it.

import { oneOf, text } from '../wire/field.ts';

export const dispatchStates = ['offered', 'accepted', 'en-route', 'on-scene', 'closed'] as const;
export type DispatchState = (typeof dispatchStates)[number];

export const dispatchId = text('a dispatch', 64);
export const dispatchState = oneOf('a state', dispatchStates);
