// PROVIDE LOCAL INFORMATION (ETSI TS 102 223, 6.4.15): date, time and time zone; nothing else is this phone's to tell.

import { generalResults } from '@vitalseal/uicc';
import { type Deed, performed } from '../deed.ts';

const quarterOfAnHour = 15;

export const provideLocalInformation: Deed<'provide-local-information'> = ({ information }, { senses }) => {
  if (information !== 'date-time-zone') return { result: { general: generalResults.beyondCapabilities } };
  const { utcMs, offsetMinutes } = senses.timestamp();
  // The format knows zones by quarters of an hour, as all are that are in use.
  const quarters = Math.round(offsetMinutes / quarterOfAnHour) * quarterOfAnHour;
  return { ...performed, dateTimeZone: { utcMs, offsetMinutes: quarters } };
};
