// A reading that the patient enters by hand: the one value that crosses the interface in clear, from the phone's screen
// into the card, and never back.

import type { Origin } from '@vitalseal/protocol';
import { codec, measurements, origin, record, timestamp } from '@vitalseal/protocol/fields';
import type { EnteredReading } from '../../patient/enter-reading.ts';

export const enteredReading = codec<EnteredReading>(
  record('an entered reading', { measuredAt: timestamp, measurements }),
  4096,
);

export const originOfEntered = codec<Origin>(origin, 512);
