// SET UP EVENT LIST (ETSI TS 102 223, 6.4.16): the new list in place of the old one. Of two events this phone can tell.

import { generalResults } from '@vitalseal/uicc';
import { type Deed, performed } from '../deed.ts';

const told = new Set<unknown>(['data-available', 'channel-status']);

export const setUpEventList: Deed<'set-up-event-list'> = ({ events }, equipment) => {
  if (!events.every((event) => told.has(event))) return { result: { general: generalResults.beyondCapabilities } };
  equipment.events = new Set(events);
  for (const id of equipment.channels.all.keys()) {
    equipment.tellAvailable(id);
    equipment.tellDropped(id);
  }
  return performed;
};
