// How far the phone's clock stands from the hospital's. The patient's card has no clock of its own; its time is the
// phone's, and the one time that nobody on the way can change is that of a sealed acknowledgement.

import { integer } from './field.ts';

const furthest = 253_402_300_799_999;

/** The phone's time minus the hospital's, in milliseconds. */
export const clockDriftMs = integer('a clock drift in milliseconds', -furthest, furthest);
