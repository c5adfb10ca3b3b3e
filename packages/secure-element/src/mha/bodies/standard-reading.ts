// A reading of a standard Bluetooth sensor: open until it is here, and sealed with a mark of that from here on.

import { codec, measurements, record, timestamp, unsealedSensor } from '@vitalseal/protocol/fields';
import type { StandardReading } from '../../patient/enter-reading.ts';

export const standardReading = codec<StandardReading>(
  record('a reading of a standard sensor', { measuredAt: timestamp, measurements, unsealed: unsealedSensor }),
  4096,
);
