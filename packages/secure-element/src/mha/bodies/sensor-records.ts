// Sealed records of a sensor on their way in: the same array that a POST of records has as its body.

import type { Bytes } from '@vitalseal/protocol';
import { bytes, codec, list } from '@vitalseal/protocol/fields';
import { maxSensorRecords } from '../../sensor-hop/take-records.ts';

export const sensorRecords = codec<readonly Bytes[]>(
  list('records', bytes('a record', 1, 1 << 15), 0, maxSensorRecords),
  0xffff,
);
