// POLL INTERVAL, POLLING OFF and MORE TIME (ETSI TS 102 223, 6.4.6, 6.4.14 and 6.4.4): how often the phone asks by STATUS
// whether the card wants something.

import { type Deed, performed } from '../deed.ts';

/** The most that is told in seconds; a card that wants more has no need of a poll. */
const mostSeconds = 255;

export const pollInterval: Deed<'poll-interval'> = ({ seconds }, equipment) => {
  const duration = Math.min(Math.max(Math.round(seconds), 1), mostSeconds);
  equipment.poll(duration);
  return { ...performed, duration };
};

export const pollingOff: Deed<'polling-off'> = (_, equipment) => {
  equipment.poll(0);
  return performed;
};

export const moreTime: Deed<'more-time'> = () => performed;
