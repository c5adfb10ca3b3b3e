// GEOGRAPHICAL LOCATION REQUEST (3GPP TS 31.111, 6.4.38): accepted at once, and answered by an envelope as soon as the
// card's turn comes. A phone that does not know where it is says that it is unable now.

import { generalResults } from '@vitalseal/uicc';
import { type Deed, performed } from '../deed.ts';

export const geographicalLocationRequest: Deed<'geographical-location-request'> = (_, equipment) => {
  const place = equipment.senses.location();
  if (!place) return { result: { general: generalResults.terminalBusy, additional: Uint8Array.of(0) } };
  const { latitude, longitude, accuracyMetres } = place;
  const location = { latitude, longitude, accuracyMetres };
  equipment.tell(() => ({ type: 'geographical-location-reporting', location }));
  return performed;
};
