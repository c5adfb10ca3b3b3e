// What the phone needs to do its work, and gets without the patient.

import { boolean, codec, integer, record } from '@vitalseal/protocol/fields';
import type { Duty } from '../../patient/display.ts';

const count = integer('a number of readings', 0, Number.MAX_SAFE_INTEGER);

export const duty = codec<Duty>(record('a duty', { waiting: count, room: count, handshakeNeeded: boolean }), 64);

export const countOfReadings = codec<number>(count, 16);
