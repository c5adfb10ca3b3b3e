// How a reading came to the patient's secure element. The paper's guarantee begins in a sensor that seals; a reading that
// was open between its sensor and the phone carries a mark of that to everyone who judges by it.

import { oneOf, text } from './field.ts';
import type { Reading } from './reading.ts';
import { record } from './record.ts';

/** Health profiles of the Bluetooth SIG. */
export const standardProfiles = [
  'heart-rate',
  'blood-pressure',
  'thermometer',
  'pulse-oximeter',
  'glucose',
  'weight-scale',
] as const;
export type StandardProfile = (typeof standardProfiles)[number];

/** The mark: sealed by the patient's element, not by the sensor. */
export interface UnsealedSensor {
  readonly profile: StandardProfile;
  /** What the device calls itself, or its address: nobody vouches for it. At most 64 characters. */
  readonly device: string;
}

export const unsealedSensor = record<UnsealedSensor>('an unsealed sensor', {
  profile: oneOf('a profile', standardProfiles),
  device: text('a device', 64),
});

export const readingSources = ['sealed-sensor', 'standard-sensor', 'entered'] as const;
export type ReadingSource = (typeof readingSources)[number];

/** The value of `source` where it came from a sealed sensor is left out in messages that say it of each value. */
export type OpenSource = Exclude<ReadingSource, 'sealed-sensor'>;

export const openSource = oneOf<OpenSource>('a source', ['standard-sensor', 'entered']);

export function sourceOf({ origin, unsealed }: Pick<Reading, 'origin' | 'unsealed'>): ReadingSource {
  if (unsealed !== undefined) return 'standard-sensor';
  return origin.source.role === 'sensor' ? 'sealed-sensor' : 'entered';
}
