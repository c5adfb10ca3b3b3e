// Step 3, H to D: {PD, ID_P, LOC_P, T_H, N_H, ID_H}, when readings are abnormal. Sealed once for every doctor on call
// (envelope.ts), so it can wait in the hospital's outbox for a device that is away.

import { integer, list } from '../wire/field.ts';
import { type Identity, identity } from '../wire/identity.ts';
import { type Location, location } from '../wire/location.ts';
import { type Reading, reading } from '../wire/reading.ts';
import { codec, optional, record } from '../wire/record.ts';
import { type Timestamp, timestamp } from '../wire/time.ts';
import {
  type AlarmPriority,
  alarmId,
  type News2Summary,
  news2,
  personName,
  priority,
  reasons,
  rule,
} from './clinical-summary.ts';

export interface AlarmNotice {
  readonly alarm: string;
  /** ID_P */
  readonly patient: Identity;
  readonly patientName?: string;
  /** ID_H */
  readonly hospital: Identity;
  /** T_H */
  readonly sentAt: Timestamp;
  /** N_H: the hospital's own count of notices. */
  readonly sequence: number;
  /** LOC_P */
  readonly location?: Location;
  readonly rule: string;
  readonly priority: AlarmPriority;
  readonly reasons: readonly string[];
  /** PD: what raised it; none for a stream that fell silent. At most 32. */
  readonly readings: readonly Reading[];
  readonly news2?: News2Summary;
}

/** Both throw ProtocolError; at most 64 KiB. */
export const { encode: encodeAlarmNotice, decode: decodeAlarmNotice } = codec(
  record<AlarmNotice>('an alarm notice', {
    alarm: alarmId,
    patient: identity,
    patientName: optional(personName),
    hospital: identity,
    sentAt: timestamp,
    sequence: integer('a notice number', 0, Number.MAX_SAFE_INTEGER),
    location: optional(location),
    rule,
    priority,
    reasons,
    readings: list('readings', reading, 0, 32),
    news2: optional(news2),
  }),
  1 << 16,
);
