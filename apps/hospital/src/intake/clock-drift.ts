/**
 * A phone whose clock is far from the hospital's: the patient's card compares the two and says so under seal. What it
 * measured is taken all the same, at the times it claims; that these are not to be relied on must be seen by somebody.
 */
import type { Step2Message } from '@vitalseal/protocol';

/** Beyond this a time may mislead who reads a course of values. */
const toleratedMs = 60_000;

export function isClockOff({ clockDriftMs = 0 }: Step2Message): boolean {
  return Math.abs(clockDriftMs) > toleratedMs;
}
